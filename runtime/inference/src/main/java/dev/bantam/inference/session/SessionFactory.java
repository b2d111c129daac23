package dev.bantam.inference.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Opens ONNX Runtime sessions with the options that language models want. */
public final class SessionFactory {

  private SessionFactory() {}

  /**
   * Loads a graph by path, so that ONNX Runtime maps the weights that lie beside it.
   *
   * @throws TaskException with {@link ErrorCode#OUT_OF_MEMORY} or {@link ErrorCode#MODEL_UNUSABLE}
   */
  public static OrtSession open(OrtEnvironment environment, Path graph, LoadContext context)
      throws TaskException {
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(context.threads());
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      // Its warnings are about how a graph is written, which nobody who runs it can change.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", context.spinning() ? "1" : "0");
      if (!context.processors().isEmpty()) {
        options.addConfigEntry(
            "session.intra_op_thread_affinities", affinities(context.processors()));
      }
      ExecutionProvider.chosen().addTo(options);
      return environment.createSession(graph.toString(), options);
    } catch (OrtException e) {
      throw failure(graph, e);
    }
  }

  /** One a thread of ONNX Runtime's own, which counts processors from 1. */
  static String affinities(List<Integer> processors) {
    return processors.stream()
        .map(processor -> String.valueOf(processor + 1))
        .collect(Collectors.joining(";"));
  }

  private static TaskException failure(Path graph, OrtException error) {
    String text = String.valueOf(error.getMessage());
    if (isOutOfMemory(text)) {
      return new TaskException(
          ErrorCode.OUT_OF_MEMORY,
          "the model does not fit into memory; choose a smaller variant or free some memory",
          error);
    }
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "ONNX Runtime cannot load the graph %s: %s; verify the model's files, or import it again"
            .formatted(graph, text),
        error);
  }

  static boolean isOutOfMemory(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("bad_alloc")
        || text.contains("bad allocation")
        || text.contains("failed to allocate");
  }
}
