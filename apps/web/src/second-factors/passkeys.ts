import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser';

type Options = Record<string, unknown>;

/** Whether this browser can keep and show passkeys for this page: it must, and the page must be on https or on this machine. */
export const canUsePasskeys = (): boolean => browserSupportsWebAuthn() && window.isSecureContext;

/** Why no passkey came: the person turned away or took too long, or this device has the passkey already. */
export class PasskeyRefused extends Error {
  readonly because: 'left' | 'known';

  constructor(because: 'left' | 'known') {
    super(because);
    this.name = 'PasskeyRefused';
    this.because = because;
  }
}

async function asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    const { name } = error as Error;
    throw new PasskeyRefused(name === 'InvalidStateError' ? 'known' : 'left');
  }
}

/** Makes a passkey on this device. Throws `PasskeyRefused`. */
export const makePasskey = (options: Options) => asked(() => startRegistration({ optionsJSON: options as never }));

/** Shows a passkey of this device. Throws `PasskeyRefused`. */
export const showPasskey = (options: Options) => asked(() => startAuthentication({ optionsJSON: options as never }));
