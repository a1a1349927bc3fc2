/** How a filter says what it is: inside itself in a row of few, or above itself in a form of many. */
export interface Labelled {
  readonly label: string;
  /** Shows the label above, and takes all of the place it is given. */
  readonly labelled?: boolean;
}

export function labelling({ label, labelled = false }: Labelled) {
  return labelled ? { label } : { 'aria-label': label };
}
