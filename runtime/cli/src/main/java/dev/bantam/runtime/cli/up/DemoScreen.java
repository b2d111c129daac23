package dev.bantam.runtime.cli.up;

import dev.bantam.runtime.cli.terminal.SideBySide;
import dev.bantam.simulator.client.TaskResult;
import dev.bantam.simulator.demo.DemoListener;
import dev.bantam.simulator.demo.DemoMessage;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints each sensor's message beside the answer as it streams. Methods exclude each other. */
final class DemoScreen implements DemoListener {

  private final PrintStream out;
  private final int columns;
  private @Nullable SideBySide current;

  DemoScreen(PrintStream out, int columns) {
    this.out = out;
    this.columns = columns;
  }

  @Override
  public synchronized void asked(DemoMessage message) {
    List<String> left = new ArrayList<>();
    left.add(message.title());
    message.readings().forEach((name, value) -> left.add("  " + name + " " + value));
    left.add("  asks: " + message.task());
    out.println();
    current = new SideBySide(out, left, columns);
  }

  @Override
  public synchronized void text(String piece) {
    if (current != null) {
      current.append(piece);
    }
  }

  @Override
  public synchronized void ended(TaskResult result) {
    finish(
        result instanceof TaskResult.Answered answered
            ? figures(answered)
            : refusal((TaskResult.Refused) result));
  }

  @Override
  public synchronized void failed(String reason) {
    finish("(no answer: " + reason + ")");
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
