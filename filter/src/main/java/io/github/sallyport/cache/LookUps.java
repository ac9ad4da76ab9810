package io.github.sallyport.cache;

import java.util.concurrent.atomic.LongAdder;

/** How the look-ups in one cache ended. */
final class LookUps {
  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
}
