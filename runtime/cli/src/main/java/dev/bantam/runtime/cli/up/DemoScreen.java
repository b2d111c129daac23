package dev.bantam.runtime.cli.up;

import dev.bantam.runtime.cli.terminal.SideBySide;
import dev.bantam.simulator.app.RequestListener;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.schedule.Request;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prints each sensor's message beside the answer as it streams, for sensors that ask one after the
 * other. Methods exclude each other.
 */
final class DemoScreen implements RequestListener {

  private final PrintStream out;
  private final int columns;
  private @Nullable SideBySide current;

  DemoScreen(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  @Override
  public synchronized void asked(Request request) {
    List<String> left = new ArrayList<>();
    request
        .about()
        .ifPresent(
            measured -> {
              left.add(measured.title());
              measured.readings().forEach((name, value) -> left.add("  " + name + " " + value));
            });
    left.add("  asks: " + request.task());
    out.println();
    current = new SideBySide(out, left, columns);
  }

  @Override
  public synchronized void text(Request request, String piece) {
    if (current != null) {
      current.append(piece);
    }
  }

  @Override
  public synchronized void ended(Request request, TaskResult result) {
    finish(
        result instanceof TaskResult.Answered answered
            ? figures(answered)
            : refusal((TaskResult.Refused) result));
  }

  @Override
  public synchronized void lost(Request request) {
    finish("(no answer)");
  }

  private void finish(String last) {
    if (current != null) {
      current.finish(last);
    }
    current = null;
  }

  private static String refusal(TaskResult.Refused refused) {
    return "(refused: %s, %s)".formatted(refused.code(), refused.message());
  }

  /** First token in 0.21 s, 38.4 tok/s, 42 tokens; or, where none are generated, answered in. */
  static String figures(TaskResult.Answered answered) {
    if (answered.tokens().orElse(0) == 0) {
      return String.format(Locale.ROOT, "(answered in %.2f s)", answered.firstTokenMs() / 1000);
    }
    StringBuilder text = new StringBuilder("(");
    text.append(
        String.format(Locale.ROOT, "first token in %.2f s", answered.firstTokenMs() / 1000));
    answered
        .tokensPerSecond()
        .ifPresent(rate -> text.append(String.format(Locale.ROOT, ", %.1f tok/s", rate)));
    answered
        .tokens()
        .ifPresent(tokens -> text.append(String.format(Locale.ROOT, ", %.0f tokens", tokens)));
    return text.append(")").toString();
  }
}
