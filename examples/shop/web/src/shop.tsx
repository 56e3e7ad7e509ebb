import { SignInRequired } from '@latchkey/browser';
import { useLatchkey } from '@latchkey/browser/react';
import { isAxiosError } from 'axios';
import { useCallback, useEffect, useState } from 'react';
import type { Cart, Wishes } from '../../src/shapes.ts';
import type { ShopApi } from './shop-api.ts';

const Lists = ({ api }: { api: ShopApi }) => {
  const [cart, setCart] = useState<Cart>();
  const [wishes, setWishes] = useState<Wishes>();
  const [hasFailed, setHasFailed] = useState(false);
  const run = useCallback((work: () => Promise<unknown>): void => {
    setHasFailed(false);
    // Who is signed out sees that already.
    work().catch((error: unknown) => setHasFailed(!(error instanceof SignInRequired)));
  }, []);
  useEffect(() => {
    run(async () => {
      setCart(await api.cart());
      setWishes(await api.wishes());
    });
  }, [api, run]);
  if (hasFailed) return <p role="alert">The shop does not answer. Reload the page.</p>;
  if (!cart || !wishes) return <p>Loading…</p>;
  const quantity = cart.items.find(({ product }) => product === 'tea')?.quantity ?? 0;
  const addTea = async () => setCart(await api.saveCart({ items: [{ product: 'tea', quantity: quantity + 1 }] }));
  const wishKettle = async () => setWishes(await api.saveWishes({ products: ['kettle'] }));
  return (
    <>
      <h2>Cart</h2>
      <p>{quantity === 0 ? 'Your cart is empty.' : `${quantity} × tea`}</p>
      <button type="button" onClick={() => run(addTea)}>
        Add tea
      </button>
      <h2>Wish list</h2>
      <p>{wishes.products.join(', ') || 'You wish for nothing.'}</p>
      <button type="button" onClick={() => run(wishKettle)}>
        Wish for a kettle
      </button>
    </>
  );
};

/** For administrators: the API decides who is one. */
const Carts = ({ api }: { api: ShopApi }) => {
  const [answer, setAnswer] = useState<string>();
  const show = () =>
    api.carts().then(
      (carts) => setAnswer(`${carts.length} carts`),
      (error: unknown) => {
        const isRefused = isAxiosError(error) && error.response?.status === 403;
        setAnswer(isRefused ? 'Only administrators see all carts.' : 'The shop does not answer. Try again.');
      },
    );
  return (
    <>
      <h2>All carts</h2>
      {answer && <p>{answer}</p>}
      <button type="button" onClick={show}>
        Show all carts
      </button>
    </>
  );
};

export const Shop = ({ api }: { api: ShopApi }) => {
  const { user, error, signIn, signOut } = useLatchkey();
  return (
    <>
      <header>
        <h1>Tea shop</h1>
        {user ? (
          <button type="button" onClick={() => signOut()}>
            Sign out
          </button>
        ) : (
          <button type="button" onClick={() => signIn()}>
            Sign in
          </button>
        )}
      </header>
      {error !== undefined && <p role="alert">You were not signed in.</p>}
      {user ? (
        <main>
          <p>Hello, {user.name}.</p>
          <Lists api={api} />
          <Carts api={api} />
        </main>
      ) : (
        <p>Sign in to see your cart.</p>
      )}
    </>
  );
};
