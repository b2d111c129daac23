package dev.bantam.runtime.cli.device;

import dev.bantam.runtime.ModelSource;
import dev.bantam.runtime.TestedModels;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.DeviceRecordFile;
import dev.bantam.runtime.device.KernelReport;
import dev.bantam.runtime.profile.HardwareProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * The self-test before a machine's first model. What it found is remembered, so that later starts
 * make none: neither where all is well nor where it is not.
 */
public final class DeviceCheck {

  /** What ONNX Runtime's native library asks of a machine. */
  public static final String NEEDS =
      "Bantam needs Linux with glibc on x86_64 or aarch64, or macOS on aarch64";

  private final Terminal terminal;
  private final CompletableFuture<DeviceRecord> record;
  private final boolean known;

  private DeviceCheck(Terminal terminal, CompletableFuture<DeviceRecord> record, boolean known) {
    this.terminal = terminal;
    this.record = record;
    this.known = known;
  }

  /** Begins beside whatever else a start has to do, unless this machine is known. */
  public static DeviceCheck begin(Terminal terminal, Path home) {
    DeviceRecordFile file = DeviceRecordFile.in(home);
    Map<String, String> machine = Machine.identity(HardwareProbe.thisMachine());
    Optional<DeviceRecord> known = file.read(machine);
    if (known.isPresent()) {
      return new DeviceCheck(terminal, CompletableFuture.completedFuture(known.get()), true);
    }
    CompletableFuture<DeviceRecord> made = new CompletableFuture<>();
    Thread thread = new Thread(() -> make(file, machine, made), "bantam-self-test");
    thread.setDaemon(true);
    thread.start();
    return new DeviceCheck(terminal, made, false);
  }

  /**
   * Tests this machine, whatever is known of it, and remembers what came of it. Blocking.
   *
   * @throws IOException if nothing was found out
   */
  public static DeviceRecord test(Path home) throws IOException, InterruptedException {
    return test(DeviceRecordFile.in(home), Machine.identity(HardwareProbe.thisMachine()));
  }

  private static DeviceRecord test(DeviceRecordFile file, Map<String, String> machine)
      throws IOException, InterruptedException {
    DeviceRecord record = ChildCommand.test(machine);
    file.write(record);
    return record;
  }

  private static void make(
      DeviceRecordFile file, Map<String, String> machine, CompletableFuture<DeviceRecord> made) {
    try {
      made.complete(test(file, machine));
    } catch (IOException | RuntimeException e) {
      made.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      made.completeExceptionally(e);
    }
  }

  /**
   * Waits for the result, and says it where it is new or bad.
   *
   * @param lead what the line begins with
   * @return the models that this machine can run
   * @throws CliException with {@link ExitCode#REFUSED} if it can run none
   */
  public ModelSource passed(ModelSource models, String lead)
      throws CliException, InterruptedException {
    DeviceRecord found;
    try {
      found = record.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      terminal.line(
          "%sthe self-test came to no result, the next start makes it again: %s"
              .formatted(lead, cause == null ? e : cause.getMessage()));
      return models;
    }
    if (found.problem().isPresent()) {
      throw new CliException(ExitCode.REFUSED, unusable(found));
    }
    if (!known || !found.isSound()) {
      terminal.line(lead + summary(found));
    }
    return TestedModels.of(models, found);
  }

  /** Why nothing can be served, and what to do. */
  static String unusable(DeviceRecord record) {
    return """
        ONNX Runtime cannot be used on this machine: %s.
        %s. If the native library is not Bantam's own, correct %s.
        Nothing was started. Once that has changed, try again with: bantam device test"""
        .formatted(record.problem().orElseThrow(), NEEDS, Machine.NATIVE_PATH);
  }

  /** In a line. */
  public static String summary(DeviceRecord record) {
    int all = record.kernels().size();
    String tested =
        "self-test of ONNX Runtime %s: ".formatted(record.onnxruntime().orElse("unknown"));
    if (record.isSound()) {
      return tested + "all %d kernels are right, in %d ms".formatted(all, record.tookMs());
    }
    return tested
        + "%d of %d kernels failed: %s. Models that need them are not loaded; test again with: bantam device test"
            .formatted(
                record.failed().size(),
                all,
                record.failed().stream()
                    .map(KernelReport::toString)
                    .collect(Collectors.joining("; ")));
  }
}
