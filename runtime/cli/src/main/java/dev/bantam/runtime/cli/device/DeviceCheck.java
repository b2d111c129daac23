package dev.bantam.runtime.cli.device;

import dev.bantam.inference.session.ExecutionProvider;
import dev.bantam.inference.session.OnnxEnvironment;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.DeviceRecordFile;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
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

  /**
   * Begins beside whatever else a start has to do, unless this machine is known. What is found is
   * what this process computes on; where that may be something else than usual it is waited for,
   * for nothing may be loaded before.
   *
   * @param soon whether a model is to be loaded at the start, so that ONNX Runtime is, too
   */
  public static DeviceCheck begin(Terminal terminal, Path home, Wish wish, BooleanSupplier soon)
      throws InterruptedException {
    Optional<DeviceRecord> known = known(home, wish);
    CompletableFuture<DeviceRecord> made = new CompletableFuture<>();
    if (known.isPresent()) {
      apply(known.get());
      made.complete(known.get());
      prepare(known.get(), soon);
    } else {
      Thread thread = new Thread(() -> make(home, wish, made), "bantam-self-test");
      thread.setDaemon(true);
      thread.start();
      if (!wish.isPlain()) {
        thread.join();
      }
    }
    return new DeviceCheck(terminal, made, known.isPresent());
  }

  /** Loads the native library while the start does other work, where that is known to go well. */
  private static void prepare(DeviceRecord record, BooleanSupplier soon) {
    if (record.problem().isEmpty()) {
      Thread thread = new Thread(() -> loadLibrary(soon), "bantam-onnxruntime");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void loadLibrary(BooleanSupplier soon) {
    try {
      if (soon.getAsBoolean()) {
        OnnxEnvironment.get();
      }
    } catch (TaskException e) {
      return; // The first model that is loaded says it.
    }
  }

  /** What was found before, if it holds for this machine and this wish. */
  public static Optional<DeviceRecord> known(Path home, Wish wish) {
    return DeviceRecordFile.in(home).read(identity(wish));
  }

  /**
   * Tests this machine, whatever is known of it, and remembers what came of it. Blocking.
   *
   * @throws IOException if nothing was found out
   */
  public static DeviceRecord test(Path home, Wish wish) throws IOException, InterruptedException {
    DeviceRecord record = new Probe(identity(wish)).choose(wish);
    DeviceRecordFile.in(home).write(record);
    return record;
  }

  private static Map<String, String> identity(Wish wish) {
    return Machine.identity(HardwareProbe.thisMachine(), wish);
  }

  private static void make(Path home, Wish wish, CompletableFuture<DeviceRecord> made) {
    try {
      DeviceRecord record = test(home, wish);
      apply(record);
      made.complete(record);
    } catch (IOException | RuntimeException e) {
      made.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      made.completeExceptionally(e);
    }
  }

  private static void apply(DeviceRecord record) {
    ExecutionProvider.use(ExecutionProvider.of(record.executionProvider()));
    record
        .nativeLibraries()
        .or(() -> Machine.ownNatives().map(Path::toString))
        .ifPresentOrElse(
            folder -> System.setProperty(Machine.NATIVE_PATH, folder),
            () -> System.clearProperty(Machine.NATIVE_PATH));
  }

  /**
   * Waits for the result, and says it where it is new or bad.
   *
   * @param lead what the lines begin with
   * @return empty if nothing was found out
   * @throws CliException with {@link ExitCode#REFUSED} if this machine can run no model
   */
  public Optional<DeviceRecord> passed(String lead) throws CliException, InterruptedException {
    DeviceRecord found;
    try {
      found = record.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      terminal.line(
          "%sthe self-test came to no result, the next start makes it again: %s"
              .formatted(lead, cause == null ? e : cause.getMessage()));
      return Optional.empty();
    }
    if (found.problem().isPresent()) {
      throw new CliException(ExitCode.REFUSED, unusable(found));
    }
    if (!known || !found.isSound()) {
      terminal.line(lead + summary(found));
    }
    execution(found).ifPresent(line -> terminal.line(lead + line));
    return Optional.of(found);
  }

  /** What models are computed on, where something else was wanted; empty where nothing was. */
  public static Optional<String> execution(DeviceRecord record) {
    String on =
        "computes on %s%s"
            .formatted(
                record.executionProvider(),
                record
                    .nativeLibraries()
                    .map(folder -> ", with the libraries in " + folder)
                    .orElse(""));
    if (record.passedOver().isEmpty()) {
      return record.nativeLibraries().map(folder -> on);
    }
    return Optional.of(
        record.passedOverFor().stream()
            .collect(Collectors.joining("; ", on + "; passed over: ", "")));
  }

  /** Why nothing can be served, and what to do. */
  static String unusable(DeviceRecord record) {
    return """
        ONNX Runtime cannot be used on this machine: %s.
        %s. Nothing was started. Once that has changed, try again with: bantam device test"""
        .formatted(record.problem().orElseThrow(), NEEDS);
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
            .formatted(record.failed().size(), all, record.objection().orElse(""));
  }
}
