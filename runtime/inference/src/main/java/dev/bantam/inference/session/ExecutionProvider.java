package dev.bantam.inference.session;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.Locale;

/**
 * What of a machine ONNX Runtime computes on. Others than the CPU need native libraries that hold
 * them; what a provider cannot compute, the CPU does. One is for the whole process. Any thread.
 */
public enum ExecutionProvider {
  CPU,
  CUDA,
  TENSORRT;

  private static final int FIRST_DEVICE = 0;
  private static volatile ExecutionProvider chosen = CPU;

  /**
   * As profiles write it.
   *
   * @throws IllegalArgumentException for another name
   */
  public static ExecutionProvider of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }

  /** Sessions that are opened from now on compute on it. */
  public static void use(ExecutionProvider provider) {
    chosen = provider;
  }

  static ExecutionProvider chosen() {
    return chosen;
  }

  /**
   * Has a session compute on it.
   *
   * @throws OrtException if the native library does not hold it, or the machine has no such device
   */
  public void addTo(SessionOptions options) throws OrtException {
    switch (this) {
      case CPU -> {}
      case CUDA -> options.addCUDA(FIRST_DEVICE);
      case TENSORRT -> {
        options.addTensorrt(FIRST_DEVICE);
        options.addCUDA(FIRST_DEVICE);
      }
    }
  }
}
