/** Says that somebody signed in here; it is no secret, and saves strangers a refresh that fails. */
export const SIGNED_IN_MARK = 'hostler.signed-in';
