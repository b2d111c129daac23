package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.DecoderMemory.GraphForm;
import dev.bantam.models.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Predicts what a decoder's graph takes in memory, by looking it through: Bantam's own graphs and
 * exports. Whether an export's cache is shared turns out when it is loaded; here the operator is
 * trusted, since no harm comes of a wrong guess.
 */
public final class GraphMemory {

  private static final String FIRST_KEYS = "past_key_values.0.key";
  private static final int LENGTH_AXIS = 2;

  /** Either makes a graph compute no logits but those that are wanted. */
  private static final String OWN_ROWS = "logits_rows";

  private static final String ROWS_TO_KEEP = "num_logits_to_keep";

  /** A start plans several times, and a graph's scan takes a while in a process that is young. */
  private static final Map<Path, Scanned> KNOWN = new ConcurrentHashMap<>();

  private GraphMemory() {}

  /**
   * A file as it was when it was scanned, and what was found; those of installed models never
   * change.
   */
  private record Scanned(long bytes, FileTime changed, Facts facts) {

    boolean isOf(BasicFileAttributes now) {
      return bytes == now.size() && changed.equals(now.lastModifiedTime());
    }
  }

  /**
   * What a scan finds of what matters here.
   *
   * @param weights bytes that ONNX Runtime keeps
   */
  private record Facts(long weights, GraphForm form) {}

  /**
   * What ONNX Runtime keeps of a graph's weights in memory of its own, in bytes.
   *
   * @throws ModelException {@code MALFORMED} if it is no ONNX graph; {@code IO}
   */
  public static long weights(Path graph) throws ModelException {
    return facts(graph).weights();
  }

  /**
   * @param graph with the files of its external data beside it
   * @throws ModelException {@code MALFORMED} if it is no ONNX graph; {@code IO}
   */
  public static DecoderMemory of(DecoderConfig config, Path graph) throws ModelException {
    Facts facts = facts(graph);
    return new DecoderMemory(config, facts.weights(), facts.form());
  }

  private static Facts facts(Path graph) throws ModelException {
    try {
      Path file = graph.toRealPath();
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Scanned known = KNOWN.get(file);
      if (known == null || !known.isOf(now)) {
        known = new Scanned(now.size(), now.lastModifiedTime(), facts(GraphScan.of(graph)));
        KNOWN.put(file, known);
      }
      return known.facts();
    } catch (IOException e) {
      // It is not there, or cannot be read: the scan says so.
      return facts(GraphScan.of(graph));
    }
  }

  private static Facts facts(GraphScan.Found found) {
    Map<String, ValueInfoProto> inputs = found.inputs();
    boolean attention = found.memory().hasGroupQueryAttention();
    TypeProto.Tensor keys =
        inputs
            .getOrDefault(FIRST_KEYS, ValueInfoProto.getDefaultInstance())
            .getType()
            .getTensorType();
    long length =
        keys.getShape().getDimCount() > LENGTH_AXIS
            ? keys.getShape().getDim(LENGTH_AXIS).getDimValue()
            : 0;
    GraphForm form =
        new GraphForm(
            element(keys.getElemType()),
            !attention,
            length > 0
                ? OptionalInt.of((int) Math.min(length, Integer.MAX_VALUE))
                : OptionalInt.empty(),
            !attention,
            !inputs.containsKey(OWN_ROWS) && !inputs.containsKey(ROWS_TO_KEEP));
    return new Facts(found.memory().bytes(), form);
  }

  private static int element(int type) {
    if (type == DataType.INT8.getNumber()) {
      return Byte.BYTES;
    }
    return type == DataType.FLOAT16.getNumber() ? Short.BYTES : Float.BYTES;
  }
}
