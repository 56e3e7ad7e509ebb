import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Features that our pages never use, disabled so that an injected script cannot use them either. Passkeys and copying stay
 * allowed. Names:
 * https://github.com/w3c/webappsec-permissions-policy/blob/main/features.md
 */
const unusedFeatures = [
  'accelerometer',
  'bluetooth',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'display-capture',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'serial',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];
const permissionsPolicy = unusedFeatures.map((name) => `${name}=()`).join(', ');

/**
 * Sets strict headers on every answer, of pages and API. HSTS and upgrade-insecure-requests only if `publicUrl` is https.
 * @param publicUrl the origin that browsers use
 */
export const securityHeaders = (publicUrl: string): RequestHandler => {
  const isHttps = publicUrl.startsWith('https:');
  const strict = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(isHttps && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isHttps && { maxAge: 63_072_000, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  // The headers are the same on every answer, so helmet's fifteen middlewares run once, here.
  const request = new IncomingMessage(new Socket());
  const headers = new ServerResponse(request);
  strict(request, headers, () => {});
  // Headers that helmet does not set. An answer that may be cached overrides Cache-Control.
  headers.setHeader('Permissions-Policy', permissionsPolicy);
  headers.setHeader('Cache-Control', 'no-store');
  const all = new Map(Object.entries(headers.getHeaders()) as [string, string][]);
  return (_request, response, next) => {
    response.setHeaders(all);
    next();
  };
};
