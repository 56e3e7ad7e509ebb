import type { RequestHandler } from 'express';

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

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

/**
 * Sets strict headers on every answer, of pages and API. HSTS and upgrade-insecure-requests only if `publicUrl` is https.
 * They are the headers of helmet, which a test compares, and Permissions-Policy and Cache-Control.
 * @param publicUrl the origin that browsers use
 */
export const securityHeaders = (publicUrl: string): RequestHandler => {
  const isHttps = publicUrl.startsWith('https:');
  const headers = {
    'Content-Security-Policy': [...contentSecurityPolicy, ...(isHttps ? ['upgrade-insecure-requests'] : [])].join(';'),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Referrer-Policy': 'no-referrer',
    ...(isHttps && { 'Strict-Transport-Security': 'max-age=63072000' }),
    'X-Content-Type-Options': 'nosniff',
    'X-DNS-Prefetch-Control': 'off',
    'X-Download-Options': 'noopen',
    'X-Frame-Options': 'DENY',
    'X-Permitted-Cross-Domain-Policies': 'none',
    'X-XSS-Protection': '0',
    'Permissions-Policy': unusedFeatures.map((name) => `${name}=()`).join(', '),
    // An answer that may be cached overrides it.
    'Cache-Control': 'no-store',
  };
  const all = new Map(Object.entries(headers));
  return (_request, response, next) => {
    response.setHeaders(all);
    next();
  };
};
