package dev.bantam.runtime.cli;

import dev.bantam.inference.session.OnnxEnvironment;
import dev.bantam.runtime.health.BantamVersion;
import dev.bantam.spi.TaskException;
import picocli.CommandLine.IVersionProvider;

/** What {@code bantam --version} prints: what a bug report must name. */
final class VersionProvider implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "bantam " + BantamVersion.get(),
      "ONNX Runtime " + onnxRuntime(),
      "%s %s on %s %s"
          .formatted(
              System.getProperty("java.vm.name"),
              Runtime.version(),
              System.getProperty("os.name"),
              System.getProperty("os.arch"))
    };
  }

  private static String onnxRuntime() {
    try {
      return OnnxEnvironment.get().getVersion();
    } catch (TaskException e) {
      return "cannot be loaded here; see: bantam doctor";
    }
  }
}
