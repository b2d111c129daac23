package dev.bantam.models.importer;

import java.lang.management.ManagementFactory;

/** What an import takes of the heap. */
final class Heap {

  private Heap() {}

  /** Bytes that this thread has allocated so far, freed ones included. */
  static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
