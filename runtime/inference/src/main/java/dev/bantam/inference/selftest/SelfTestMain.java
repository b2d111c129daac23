package dev.bantam.inference.selftest;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.bantam.inference.session.ExecutionProvider;
import dev.bantam.inference.session.OnnxEnvironment;
import dev.bantam.spi.TaskException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The process that runs the kernels, one after the other. It says what it is about to do before it
 * does it, so that who reads knows what ended it. Each line begins with {@link #MARK}:
 *
 * <ul>
 *   <li>{@code library}: ONNX Runtime's native library is about to be loaded
 *   <li>{@code loaded VERSION}
 *   <li>{@code unusable REASON}: it cannot be loaded, or does not have the execution provider; the
 *       last line
 *   <li>{@code kernel NAME OPERATORS}, with commas: is about to be run
 *   <li>{@code right NANOS}: its results are those that are expected; the median time of a run
 *   <li>{@code wrong REASON}: they are not, or it does not run
 *   <li>{@code end}: the last line
 * </ul>
 *
 * <p>Arguments: an execution provider, and names of kernels to leave out.
 */
public final class SelfTestMain {

  /** What the lines begin with, for native libraries print, too. */
  public static final String MARK = "@selftest ";

  private final ExecutionProvider provider;
  private final PrintStream out;

  SelfTestMain(ExecutionProvider provider, PrintStream out) {
    this.provider = provider;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    endWithTheParent();
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    List<String> all = List.of(arguments);
    new SelfTestMain(ExecutionProvider.of(all.get(0)), out)
        .run(KernelCases.all(), Set.copyOf(all.subList(1, all.size())));
    // No hook of the library shall fail after the results are known.
    Runtime.getRuntime().halt(0);
  }

  /** Its end of the standard input closes, however it ends. */
  private static void endWithTheParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                // Closed is closed.
              }
              Runtime.getRuntime().halt(1);
            },
            "bantam-parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * @param without names of those to leave out
   */
  void run(List<KernelCase> kernels, Set<String> without) throws IOException {
    say("library");
    OrtEnvironment environment;
    try {
      environment = OnnxEnvironment.get();
      say("loaded " + environment.getVersion());
      options().close();
    } catch (TaskException e) {
      say("unusable " + e.text());
      return;
    } catch (OrtException e) {
      say("unusable " + e.getMessage());
      return;
    }
    for (KernelCase kernel : kernels) {
      if (!without.contains(kernel.name())) {
        say("kernel %s %s".formatted(kernel.name(), String.join(",", kernel.operators())));
        say(outcome(environment, kernel));
      }
    }
    say("end");
  }

  private String outcome(OrtEnvironment environment, KernelCase kernel) throws IOException {
    byte[] graph = KernelCases.graph(kernel);
    try (SessionOptions options = options();
        KernelTrial trial = new KernelTrial(environment, kernel, graph, options)) {
      Optional<String> fault = trial.fault();
      return fault.isPresent() ? "wrong " + fault.get() : "right " + trial.medianNanos();
    } catch (OrtException e) {
      return "wrong " + e.getMessage();
    }
  }

  /** As models are run, on one thread: what is timed is the kernel. */
  private SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    try {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      provider.addTo(options);
      return options;
    } catch (OrtException e) {
      options.close();
      throw e;
    }
  }

  /** Whatever a message holds, a line stays one. */
  private void say(String line) {
    out.println(MARK + line.replaceAll("\\s+", " "));
  }
}
