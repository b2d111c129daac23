package dev.bantam.inference.session;

import com.sun.jna.NativeLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The C library's heap, from which ONNX Runtime allocates. */
final class NativeHeap {

  private static final Logger LOG = LoggerFactory.getLogger(NativeHeap.class);

  private NativeHeap() {}

  /**
   * Gives free pages back to the system, with glibc's {@code malloc_trim}. Loading a graph leaves
   * many holes: 20 to 30 MB of 140 with a model of 98 MB. Does nothing with other C libraries.
   */
  static void trim() {
    OrtGuard.prepareJna();
    try {
      long keptAtTop = 0;
      NativeLibrary.getProcess().getFunction("malloc_trim").invokeInt(new Object[] {keptAtTop});
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("free native memory cannot be given back: {}", e.toString());
    }
  }
}
