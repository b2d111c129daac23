package dev.bantam.runtime.dispatch;

import dev.bantam.spi.ModelReference;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A handler with further tasks that no model does: the runtime answers them itself, at once. */
public final class OwnTasks implements RequestHandler {

  private static final ModelReference NO_MODEL = ModelReference.parse("bantam");

  private final RequestHandler others;
  private final Map<String, OwnTask> tasks;

  /**
   * @param others takes all other tasks
   * @param tasks by their names
   */
  public OwnTasks(RequestHandler others, Map<String, OwnTask> tasks) {
    this.others = others;
    this.tasks = Map.copyOf(tasks);
  }

  /** Answers one task. Called on the handler's context; must not block. */
  @FunctionalInterface
  public interface OwnTask {

    /** The fields of the answer. */
    Map<String, @Nullable Object> answer(RequestBody body) throws TaskException;
  }

  @Override
  public void dispatch(IncomingRequest request, Responder responder) {
    OwnTask own = tasks.get(request.task());
    if (own == null) {
      others.dispatch(request, responder);
      return;
    }
    try {
      responder.answer(
          new Answer(
              new TaskResult(
                  "",
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  own.answer(request.body())),
              NO_MODEL,
              "runtime",
              0));
    } catch (TaskException e) {
      responder.fail(e);
    }
  }

  @Override
  public boolean cancel(String key) {
    return others.cancel(key);
  }

  @Override
  public boolean hasModel(String slot) {
    return others.hasModel(slot);
  }

  @Override
  public List<ServedSlot> slots() {
    return others.slots();
  }
}
