import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import type { Latchkey } from './create-latchkey.ts';

type Config = InternalAxiosRequestConfig & { usedToken?: string; isRepeated?: boolean };

/**
 * Sends the access token with each request of this axios instance to its `baseURL`. If the API refuses the token, it is refreshed
 * and the request is sent once more.
 */
export const addToAxios = (latchkey: Latchkey, instance: AxiosInstance): AxiosInstance => {
  const origin = new URL(instance.defaults.baseURL ?? '/', window.location.origin).origin;
  instance.interceptors.request.use(async (config: Config) => {
    if (new URL(instance.getUri(config), origin).origin !== origin) return config;
    config.usedToken = await latchkey.getAccessToken(config.usedToken);
    config.headers.set('Authorization', `Bearer ${config.usedToken}`);
    return config;
  });
  instance.interceptors.response.use(undefined, async (error: { config?: Config; response?: { status: number } }) => {
    const { config, response } = error;
    if (response?.status !== 401 || config?.usedToken === undefined || config.isRepeated) throw error;
    return instance.request({ ...config, isRepeated: true } as Config);
  });
  return instance;
};
