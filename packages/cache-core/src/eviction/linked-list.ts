/** What a node of a {@link LinkedList} carries. */
export interface Linked<N> {
  previous: N | undefined;
  next: N | undefined;
}

/** A doubly linked list whose nodes hold their own links: a node is moved or removed without a search. */
export class LinkedList<N extends Linked<N>> {
  #first: N | undefined;
  #last: N | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): N | undefined {
    return this.#first;
  }

  get last(): N | undefined {
    return this.#last;
  }

  /** The first node that is not `spared`. */
  firstBut(spared: N | undefined): N | undefined {
    const first = this.#first;
    return first !== undefined && first === spared ? first.next : first;
  }

  /** Adds a node, in no list so far, at the end. */
  append(node: N): void {
    this.insertAfter(this.#last, node);
  }

  /** Adds a node, in no list so far, behind another, or at the start. */
  insertAfter(previous: N | undefined, node: N): void {
    const next = previous === undefined ? this.#first : previous.next;
    node.previous = previous;
    node.next = next;
    if (previous === undefined) this.#first = node;
    else previous.next = node;
    if (next === undefined) this.#last = node;
    else next.previous = node;
    this.#size++;
  }

  /** Puts a node, in no list so far, in the place of one of this list. */
  replace(node: N, successor: N): void {
    this.insertAfter(node, successor);
    this.remove(node);
  }

  /** Takes out a node of this list. */
  remove(node: N): void {
    const { previous, next } = node;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    // A removed node that a reader still holds must not keep its neighbours from being collected.
    node.previous = undefined;
    node.next = undefined;
    this.#size--;
  }
}
