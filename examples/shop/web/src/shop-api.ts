import type { Latchkey } from '@latchkey/browser';
import { addToAxios } from '@latchkey/browser/axios';
import axios from 'axios';
import type { Cart, Wishes } from '../../src/shapes.ts';

/** The API of the shop, which runs on another origin and trusts the access tokens of Latchkey. */
export const createShopApi = (latchkey: Latchkey, baseURL: string) => {
  const http = addToAxios(latchkey, axios.create({ baseURL }));
  return {
    cart: async () => (await http.get<Cart>('/cart')).data,
    saveCart: async (cart: Cart) => (await http.put<Cart>('/cart', cart)).data,
    wishes: async () => (await http.get<Wishes>('/wishes')).data,
    saveWishes: async (wishes: Wishes) => (await http.put<Wishes>('/wishes', wishes)).data,
    carts: async () => (await http.get<{ carts: readonly unknown[] }>('/admin/carts')).data.carts,
  };
};

export type ShopApi = ReturnType<typeof createShopApi>;
