type ZipEntry = { readonly name: string; readonly content: AsyncIterable<string> };

/** Compresses files one after the other. Reads on only when the caller asks for more bytes. */
export async function* zip(entries: readonly ZipEntry[], modifiedAt: Date): AsyncGenerator<Uint8Array> {
  // Loaded here: few requests need it.
  const { Zip, ZipDeflate } = await import('fflate');
  const encoder = new TextEncoder();
  const written: Uint8Array[] = [];
  const archive = new Zip((error, bytes) => {
    if (error) throw error;
    written.push(bytes);
  });
  for (const { name, content } of entries) {
    const file = new ZipDeflate(name);
    file.mtime = modifiedAt;
    archive.add(file);
    for await (const text of content) {
      file.push(encoder.encode(text));
      yield* written.splice(0);
    }
    file.push(new Uint8Array(), true);
    yield* written.splice(0);
  }
  archive.end();
  yield* written.splice(0);
}
