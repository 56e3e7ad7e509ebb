import { type PartName, partNames } from './decode-token.ts';

/** Each part has its own color, and its own underline for users who cannot tell the colors apart. */
export const looks: Readonly<Record<PartName, string>> = {
  header: 'text-amber-800 decoration-solid dark:text-amber-300',
  payload: 'text-violet-700 decoration-dashed dark:text-violet-300',
  signature: 'text-sky-800 decoration-dotted dark:text-sky-300',
};

/** A token with its parts highlighted. */
export const TokenText = ({ parts }: { parts: readonly string[] }) => (
  <p className="break-all rounded-field border border-base-300 bg-base-100 p-3 font-mono text-sm leading-7">
    {partNames.map((name, index) => (
      <span key={name}>
        {index > 0 && '.'}
        <span className={`underline decoration-2 underline-offset-4 ${looks[name]}`}>
          <span className="sr-only">{name}: </span>
          {parts[index]}
        </span>
      </span>
    ))}
  </p>
);
