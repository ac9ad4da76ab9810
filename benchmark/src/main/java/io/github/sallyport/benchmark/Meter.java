package io.github.sallyport.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the calling thread has used so far. Only differences mean anything. */
interface Meter {

  /** Processor time, in nanoseconds: not moved by what other processes do meanwhile. */
  long processorNanos();

  /** Time, in nanoseconds. */
  long wallNanos();

  /** Bytes allocated on the heap. */
  long allocatedBytes();

  /** The JVM's own. */
  static Meter ofThisJvm() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return new Meter() {
      @Override
      public long processorNanos() {
        return threads.getCurrentThreadCpuTime();
      }

      @Override
      public long wallNanos() {
        return System.nanoTime();
      }

      @Override
      public long allocatedBytes() {
        return threads.getCurrentThreadAllocatedBytes();
      }
    };
  }
}
