package dev.bantam.runtime.device;

import dev.bantam.runtime.device.KernelReport.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Has a child process run the kernels, so that one that this processor cannot run ends the child
 * and not the runtime. After such an end another child goes on behind it. The child says what it
 * does in lines, see {@code dev.bantam.inference.selftest.SelfTestMain}.
 */
public final class SelfTest {

  /** The version of the cases and of what is made of them: another makes old records void. */
  public static final String VERSION = "2";

  /** Under emulation a JVM takes nine seconds to start. */
  public static final Duration USUAL_SILENCE = Duration.ofSeconds(60);

  /** Each of them loads the library anew. */
  private static final int MOST_CHILDREN = 8;

  private final List<String> command;
  private final Duration silence;

  /**
   * @param command starts the child; names of kernels to leave out are added
   * @param silence after so long without a line a child is ended
   */
  public SelfTest(List<String> command, Duration silence) {
    this.command = List.copyOf(command);
    this.silence = silence;
  }

  /**
   * Blocking, for about a second.
   *
   * @param machine what the record holds for
   * @throws IOException if nothing was found out: the child cannot be started, or somebody ended it
   */
  public DeviceRecord run(Map<String, String> machine) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Findings findings = new Findings();
    for (int children = 0; children < MOST_CHILDREN && !findings.isComplete(); children++) {
      List<String> all = new ArrayList<>(command);
      findings.kernels().forEach(kernel -> all.add(kernel.name()));
      try (SelfTestChild child = SelfTestChild.start(all)) {
        follow(child, findings);
      }
    }
    findings.requireComplete();
    return DeviceRecord.now(
        machine,
        (System.nanoTime() - begin) / 1_000_000,
        findings.onnxruntime(),
        findings.problem(),
        findings.kernels());
  }

  private void follow(SelfTestChild child, Findings findings)
      throws IOException, InterruptedException {
    while (!findings.isComplete()) {
      SelfTestChild.Line line = child.next(silence);
      if (line instanceof SelfTestChild.Said said) {
        findings.take(said.words());
      } else if (line instanceof SelfTestChild.Silent) {
        findings.broke(
            Result.TIMED_OUT, "it did not end within %d s".formatted(silence.toSeconds()));
        return;
      } else if (line instanceof SelfTestChild.Ended ended) {
        if (ended.end().isFromOutside() || !findings.hasBegun()) {
          throw new IOException(
              "%s; its last words: %s".formatted(ended.end(), ended.end().output()));
        }
        findings.broke(Result.CRASHED, ended.end().toString());
        return;
      }
    }
  }

  /** What the children have said so far. */
  private static final class Findings {

    private final List<KernelReport> kernels = new ArrayList<>();
    private Optional<String> onnxruntime = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private String kernel = "";
    private List<String> operators = List.of();
    private boolean begun;
    private boolean ended;

    /** Whether a child has got so far that its end says something. */
    boolean hasBegun() {
      return begun;
    }

    boolean isComplete() {
      return ended || problem.isPresent();
    }

    /** So many broken kernels leave none to be trusted. */
    void requireComplete() {
      if (!isComplete()) {
        problem = Optional.of("%d kernels end the process".formatted(MOST_CHILDREN));
      }
    }

    List<KernelReport> kernels() {
      return List.copyOf(kernels);
    }

    Optional<String> onnxruntime() {
      return onnxruntime;
    }

    Optional<String> problem() {
      return problem;
    }

    /**
     * @param words of a line, at most three; the last is the rest
     */
    void take(List<String> words) {
      String rest = words.size() > 1 ? words.get(1) : "";
      switch (words.get(0)) {
        case "library" -> {
          begun = true;
          kernel = "";
        }
        case "loaded" -> onnxruntime = Optional.of(rest);
        case "unusable" -> problem = Optional.of(rest);
        case "kernel" -> {
          kernel = rest.substring(0, rest.indexOf(' '));
          operators = List.of(rest.substring(rest.indexOf(' ') + 1).split(","));
        }
        case "right" -> kernels.add(KernelReport.right(kernel, operators, Long.parseLong(rest)));
        case "wrong" -> kernels.add(KernelReport.failed(kernel, operators, Result.WRONG, rest));
        case "end" -> ended = true;
        default -> throw new IllegalStateException("a self-test says " + words);
      }
    }

    /** The child is no more, and did not say that it is done. */
    void broke(Result result, String how) {
      boolean atWork =
          !kernel.isEmpty() && kernels.stream().noneMatch(k -> k.name().equals(kernel));
      if (atWork) {
        kernels.add(KernelReport.failed(kernel, operators, result, how));
      } else {
        problem =
            Optional.of(
                kernel.isEmpty()
                    ? "while ONNX Runtime's native library was loaded, " + how
                    : "after kernel %s, %s".formatted(kernel, how));
      }
    }
  }
}
