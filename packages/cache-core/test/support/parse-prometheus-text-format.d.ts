declare module 'parse-prometheus-text-format' {
  /** The metric families of an exposition. */
  export default function parse(text: string): unknown[];
}
