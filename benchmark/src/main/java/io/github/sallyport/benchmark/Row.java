package io.github.sallyport.benchmark;

import java.util.List;

/** Variants of one thing, measured side by side. Closing gives up what they work on. */
interface Row extends AutoCloseable {

  /** Says what one operation is. */
  String title();

  /** The variants; the first is the one that the others are compared with. */
  List<Variant> variants();

  @Override
  default void close() {}
}
