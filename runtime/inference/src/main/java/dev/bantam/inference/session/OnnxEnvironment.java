package dev.bantam.inference.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;

/**
 * The one ONNX Runtime environment of the process. All of Bantam gets it here, never from {@link
 * OrtEnvironment} itself, so that telemetry is switched off before the native library starts.
 *
 * <p>ONNX Runtime frees the environment in a JVM shutdown hook: drain before the JVM exits.
 */
public final class OnnxEnvironment {

  private OnnxEnvironment() {}

  /**
   * The environment; the first call loads the native library. Safe from any thread.
   *
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the native library cannot be
   *     loaded
   */
  public static OrtEnvironment get() throws TaskException {
    try {
      return Holder.ENVIRONMENT;
    } catch (LinkageError e) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "ONNX Runtime's native library cannot be loaded: %s%s".formatted(rootCause(e), advice()),
          e);
    }
  }

  /** Where no folder is named, the library is unpacked. */
  private static String advice() {
    return System.getProperty("onnxruntime.native.path") == null
        ? "; if %s cannot hold programs, unpack the library and name its folder with -Donnxruntime.native.path"
            .formatted(System.getProperty("java.io.tmpdir"))
        : "";
  }

  private static String rootCause(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString();
  }

  private static final class Holder {
    static final OrtEnvironment ENVIRONMENT = start();

    private static OrtEnvironment start() {
      OrtGuard.apply();
      // Loads JNA now, so that its memory is not taken for the first model's.
      NativeHeap.trim();
      return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "bantam");
    }
  }
}
