/** Something that keeps Clientele from starting, told in one sentence for the person at the terminal. */
export class StartError extends Error {
  override name = 'StartError';
}
