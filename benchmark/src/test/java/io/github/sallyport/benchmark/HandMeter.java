package io.github.sallyport.benchmark;

/** A thread whose use is moved by hand. */
final class HandMeter implements Meter {
  long processor;
  long wall;
  long bytes;

  void use(long processorNanos, long wallNanos, long allocated) {
    processor += processorNanos;
    wall += wallNanos;
    bytes += allocated;
  }

  @Override
  public long processorNanos() {
    return processor;
  }

  @Override
  public long wallNanos() {
    return wall;
  }

  @Override
  public long allocatedBytes() {
    return bytes;
  }
}
