package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.bantam.format.DecoderConfig;
import dev.bantam.format.DecoderMemory;
import dev.bantam.format.DecoderMemory.GraphForm;
import dev.bantam.models.ModelException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

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

  private GraphMemory() {}

  /**
   * What ONNX Runtime keeps of a graph's weights in memory of its own, in bytes.
   *
   * @throws ModelException {@code MALFORMED} if it is no ONNX graph; {@code IO}
   */
  public static long weights(Path graph) throws ModelException {
    return GraphScan.of(graph).memory().bytes();
  }

  /**
   * @param graph with the files of its external data beside it
   * @throws ModelException {@code MALFORMED} if it is no ONNX graph; {@code IO}
   */
  public static DecoderMemory of(DecoderConfig config, Path graph) throws ModelException {
    GraphScan.Found found = GraphScan.of(graph);
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
    return new DecoderMemory(config, found.memory().bytes(), form);
  }

  private static int element(int type) {
    if (type == DataType.INT8.getNumber()) {
      return Byte.BYTES;
    }
    return type == DataType.FLOAT16.getNumber() ? Short.BYTES : Float.BYTES;
  }
}
