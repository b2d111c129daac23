package dev.bantam.runtime.cli.up;

import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.RuntimeLeisure.Moment;
import dev.bantam.runtime.RuntimeLeisure.Untuned;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.runtime.cli.Futures;
import dev.bantam.runtime.cli.Main;
import dev.bantam.runtime.cli.device.ChildJvm;
import dev.bantam.runtime.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has models of a device measured that were not measured yet, once nobody has asked it for a while:
 * by {@code bantam tune} in a child process, which is ended as soon as somebody asks. For one
 * thread.
 */
final class IdleTuning implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IdleTuning.class);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xmx128m");
  private static final String OUTPUT = "output.txt";

  private final BantamRuntime runtime;
  private final Path home;
  private final List<String> options;
  private final Terminal terminal;
  private final Set<Untuned> settled = new HashSet<>();
  private Duration quiet;
  private long quietSince = System.nanoTime();
  private long taken = -1;
  private @Nullable Measuring measuring;

  /**
   * @param quiet for so long nobody must have asked; longer after each disturbance
   * @param options of {@code bantam tune}, that name the device's configuration
   */
  IdleTuning(
      BantamRuntime runtime, Path home, Duration quiet, List<String> options, Terminal terminal) {
    this.runtime = runtime;
    this.home = home;
    this.quiet = quiet;
    this.options = List.copyOf(options);
    this.terminal = terminal;
  }

  private record Measuring(Untuned what, ChildJvm child, Process process) {

    /** What it said last. */
    String lastLine() {
      try (Stream<String> lines = Files.lines(child.folder().resolve(OUTPUT))) {
        return lines.filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
      } catch (IOException e) {
        return e.toString();
      }
    }
  }

  /** To be called again and again. Waits for the runtime's answer, but for nothing else. */
  void look() throws InterruptedException, ExecutionException {
    Moment now = Futures.await(runtime.moment());
    boolean isDisturbed = now.isAtWork() || now.taken() != taken;
    taken = now.taken();
    if (isDisturbed) {
      quietSince = System.nanoTime();
    }
    Measuring current = measuring;
    if (current != null) {
      follow(current, isDisturbed);
    } else if (System.nanoTime() - quietSince >= quiet.toNanos()) {
      quietSince = System.nanoTime();
      begin();
    }
  }

  private void follow(Measuring current, boolean isDisturbed) {
    if (!current.process().isAlive()) {
      settle(current);
      end(current);
    } else if (isDisturbed) {
      waitLonger();
      end(current);
    }
  }

  private void waitLonger() {
    Duration doubled = quiet.multipliedBy(2);
    quiet = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }

  private void settle(Measuring ended) {
    int status = ended.process().exitValue();
    if (status == ExitCode.FAILED) {
      // For want of something that may be there later, such as the lock that another device holds.
      LOG.info("{} could not be measured: {}", ended.what().model(), ended.lastLine());
      waitLonger();
      return;
    }
    settled.add(ended.what());
    terminal.line(
        status == ExitCode.DONE
            ? "tuning   %s. It counts when the model is loaded next".formatted(ended.lastLine())
            : "tuning   %s (slot %s) could not be measured; the next start tries again: %s"
                .formatted(ended.what().model(), ended.what().slot(), ended.lastLine()));
  }

  private void begin() throws InterruptedException, ExecutionException {
    for (Untuned slot : Futures.await(runtime.untuned())) {
      if (!settled.contains(slot)) {
        if (slot.obstacle().isEmpty()) {
          measure(slot);
          return;
        }
        settled.add(slot);
        terminal.line(
            "tuning   %s (slot %s) is not measured: %s"
                .formatted(slot.model(), slot.slot(), slot.obstacle().get()));
      }
    }
  }

  private void measure(Untuned slot) {
    try {
      ChildJvm child = ChildJvm.with(OPTIONS);
      List<String> command =
          child.command(
              List.of(),
              Stream.concat(
                      Stream.of(
                          Main.class.getName(),
                          "tune",
                          slot.model().toString(),
                          "--slot",
                          slot.slot()),
                      options.stream())
                  .toArray(String[]::new));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(child.folder().resolve(OUTPUT).toFile());
      builder.environment().put("BANTAM_HOME", home.toString());
      builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
      measuring = new Measuring(slot, child, builder.start());
    } catch (IOException e) {
      settled.add(slot);
      terminal.line("tuning   %s cannot be measured: %s".formatted(slot.model(), e));
    }
  }

  /** It keeps nothing unless it has ended by itself. */
  private void end(Measuring current) {
    measuring = null;
    try (ChildJvm child = current.child()) {
      current.process().destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      terminal.line("tuning   " + e);
    }
  }

  @Override
  public void close() {
    Measuring current = measuring;
    if (current != null) {
      end(current);
    }
  }
}
