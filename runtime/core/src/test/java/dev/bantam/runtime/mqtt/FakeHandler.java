package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.dispatch.IncomingRequest;
import dev.bantam.runtime.dispatch.RequestHandler;
import dev.bantam.runtime.dispatch.Responder;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A dispatcher without models. Task {@code echo} answers the prompt in upper case, in two chunks;
 * task {@code twice} answers it twice; task {@code count} answers its length; task {@code nothing}
 * answers an empty text; task {@code hold} answers only when released, and gives a chunk before;
 * task {@code fail} fails with the error code that its prompt names; task {@code slow} takes longer
 * than its slot allows.
 */
final class FakeHandler implements RequestHandler {

  private static final Set<String> TASKS =
      Set.of("echo", "hold", "twice", "count", "nothing", "fail", "slow");

  static final ModelReference MODEL = ModelReference.of("echo", "1", "q8");

  final List<IncomingRequest> executed = new CopyOnWriteArrayList<>();
  private final Map<String, Responder> held = new ConcurrentHashMap<>();
  private final List<ServedSlot> slots;

  FakeHandler() {
    this(List.of(new ServedSlot("main", TASKS, 8)));
  }

  FakeHandler(List<ServedSlot> slots) {
    this.slots = slots;
  }

  @Override
  public void dispatch(IncomingRequest request, Responder responder) {
    if (!tasks().contains(request.task())) {
      responder.fail(
          new TaskException(
              ErrorCode.UNKNOWN_TASK,
              "no slot serves task \"%s\"; there are %s".formatted(request.task(), tasks())));
      return;
    }
    executed.add(request);
    if (request.task().equals("hold")) {
      held.put(request.key(), responder);
      responder.chunk(0, "held");
      return;
    }
    try {
      String prompt = request.body().text("prompt");
      if (request.task().equals("fail")) {
        throw new TaskException(
            ErrorCode.valueOf(prompt), "failed on purpose", null, Duration.ofSeconds(2));
      }
      if (request.task().equals("slow")) {
        TaskException late = new TaskException(ErrorCode.EXPIRED, "too slow on purpose");
        responder.timedOut(late, Duration.ofSeconds(90));
        return;
      }
      answer(request, output(request.task(), prompt), responder);
    } catch (TaskException e) {
      responder.fail(e);
    }
  }

  private static String output(String task, String prompt) {
    return switch (task) {
      case "twice" -> prompt + prompt;
      case "nothing" -> "";
      case "count" -> Integer.toString(prompt.length());
      default -> prompt;
    };
  }

  private static void answer(IncomingRequest request, String prompt, Responder responder) {
    String text = prompt.toUpperCase(Locale.ROOT);
    int half = text.length() / 2;
    if (half > 0) {
      responder.chunk(0, text.substring(0, half));
      responder.chunk(1, text.substring(half));
    }
    TaskResult result =
        TaskResult.generated(
            text,
            TaskResult.FinishReason.STOP,
            new TaskResult.Usage(3, 4),
            new TaskResult.Timings(1.5, 2.5, 1.75));
    responder.answer(new Answer(result, MODEL, request.slot().orElse("main"), 0.25));
  }

  /** Answers all held requests, on the gateway's context. */
  void release(Context context) {
    context.runOnContext(
        v -> {
          for (String key : List.copyOf(held.keySet())) {
            Responder responder = held.remove(key);
            executed.stream()
                .filter(r -> r.key().equals(key))
                .findFirst()
                .ifPresent(r -> answer(r, prompt(r), responder));
          }
        });
  }

  private static String prompt(IncomingRequest request) {
    return Optional.ofNullable(request.body().fields().get("prompt")).orElse("").toString();
  }

  int held() {
    return held.size();
  }

  @Override
  public boolean cancel(String key) {
    Responder responder = held.remove(key);
    if (responder == null) {
      return false;
    }
    responder.fail(new TaskException(ErrorCode.CANCELLED, "the request was cancelled"));
    return true;
  }

  @Override
  public List<ServedSlot> slots() {
    return slots;
  }
}
