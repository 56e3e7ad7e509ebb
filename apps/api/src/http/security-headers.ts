import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What our pages never use, and so no script may that gets into one. Left alone are passkeys and copying. The names:
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
 * Strict headers on every answer, pages and API alike. HSTS and upgrading only where people come by https.
 * @param publicUrl the origin that people see
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
  // They are the same on every answer: helmet is asked once, not through its fifteen functions each time.
  const request = new IncomingMessage(new Socket());
  const headers = new ServerResponse(request);
  strict(request, headers, () => {});
  // Those that helmet does not know. What may be kept by a cache or by the browser's history says so itself.
  headers.setHeader('Permissions-Policy', permissionsPolicy);
  headers.setHeader('Cache-Control', 'no-store');
  const all = new Map(Object.entries(headers.getHeaders()) as [string, string][]);
  return (_request, response, next) => {
    response.setHeaders(all);
    next();
  };
};
