type Props = { readonly text: string; readonly name: string | null };

/** Text that contains a name: the direction of the name does not change the order of the words around it. */
export const IsolatedText = ({ text, name }: Props) => {
  const [before = '', ...after] = name ? text.split(name) : [text];
  return after.length === 0 ? (
    before
  ) : (
    <>
      {before}
      <bdi>{name}</bdi>
      {after.join(name ?? '')}
    </>
  );
};
