package dev.bantam.inference.session;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches ONNX Runtime's telemetry off before it starts.
 *
 * <p>ONNX Runtime 1.29 sends telemetry by default on Linux: it resolves an outside host and writes
 * a device id under {@code ~/.cache/Microsoft}. Only the environment variable {@code
 * ORT_DISABLE_TELEMETRY}, read when the native library starts, prevents that. The launcher sets it;
 * this class sets it for those who start the jar by hand, with the C library's {@code setenv}.
 */
final class OrtGuard {

  private static final Logger LOG = LoggerFactory.getLogger(OrtGuard.class);
  private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
  private static final String ON = "1";

  private OrtGuard() {}

  /** Call before the first use of any ONNX Runtime class. Warns where it cannot do its work. */
  static void apply() {
    if (ON.equals(System.getenv(VARIABLE))) {
      return;
    }
    try {
      prepareJna();
      setenv();
    } catch (RuntimeException | LinkageError e) {
      LOG.warn(
          "cannot switch off ONNX Runtime's telemetry from inside this process ({}); "
              + "set {}={} in the environment before you start it",
          e.toString(),
          VARIABLE,
          ON);
    }
  }

  /**
   * Keeps JNA's own native library out of the home folder: unlike other libraries it unpacks to
   * {@code ~/.cache/JNA} unless told a folder.
   */
  static void prepareJna() {
    if (System.getProperty("jna.tmpdir") == null) {
      System.setProperty("jna.tmpdir", System.getProperty("java.io.tmpdir"));
    }
  }

  private static void setenv() {
    Function setenv = NativeLibrary.getProcess().getFunction("setenv");
    int overwrite = 1;
    int status = setenv.invokeInt(new Object[] {VARIABLE, ON, overwrite});
    if (status != 0) {
      throw new IllegalStateException("setenv returned " + status);
    }
  }
}
