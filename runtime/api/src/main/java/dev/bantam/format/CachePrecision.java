package dev.bantam.format;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a decoder keeps its keys and values in. A slot's setting {@link #SETTING} chooses between
 * the graphs that a model has: {@code float}, the default, or {@code int8}.
 */
public enum CachePrecision {
  FLOAT(ModelFiles.GRAPH),
  INT8(ModelFiles.INT8_KV_GRAPH);

  /** The slot's setting. */
  public static final String SETTING = "kv";

  private final String role;

  CachePrecision(String role) {
    this.role = role;
  }

  /**
   * What a slot wants.
   *
   * @param settings the slot's
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the setting is none
   */
  public static CachePrecision of(Map<String, String> settings) throws TaskException {
    String wanted = settings.getOrDefault(SETTING, "float").strip();
    return switch (wanted) {
      case "float" -> FLOAT;
      case "int8" -> INT8;
      default ->
          throw new TaskException(
              ErrorCode.MODEL_UNUSABLE,
              "the slot's setting \"%s\" is \"%s\"; it must be float or int8"
                  .formatted(SETTING, wanted));
    };
  }

  /**
   * The graph that is to be loaded of a decoder.
   *
   * @param settings the slot's
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the model lacks it, or the
   *     setting is none
   */
  public static Path graph(ModelFiles files, Map<String, String> settings) throws TaskException {
    CachePrecision precision = of(settings);
    if (precision == INT8 && !files.files().containsKey(INT8.role)) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "model %s has no graph with an int8 cache that this machine can run; type: bantam model calibrate %s, or set \"%s\" to float"
              .formatted(files.reference(), files.reference(), SETTING));
    }
    return files.require(precision.role);
  }
}
