package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.graph.Operator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes one node of each sum with its norm in an export of 8 bits, where ONNX Runtime leaves them
 * apart: it must know both shapes for that, and behind quantized products it does not. Apart they
 * take up to a quarter of a run (decision 0073).
 *
 * <p>A norm is found by its form ({@link NormForm}). A node {@code SkipLayerNormalization} takes
 * the place of its last one; those before it go with it where nothing else wants what they make,
 * for ONNX Runtime runs every node that is there.
 */
final class SkipNorms {

  /** The input with the words' numbers: {@code [batch, sequence]}. */
  private static final String WORDS = "input_ids";

  private final NodeScan.Found found;
  private final Map<String, NodeScan.Placed> makers = new HashMap<>();

  /** How many inputs of nodes, and outputs of the graph, a value is. */
  private final Map<String, Integer> uses = new HashMap<>();

  /** Outputs of norms: all have the shape of the stream of hidden states. */
  private final Set<String> normed = new HashSet<>();

  private final List<Edit.Replaced> edits = new ArrayList<>();

  private SkipNorms(NodeScan.Found found) {
    this.found = found;
    for (NodeScan.Placed placed : found.nodes()) {
      placed.node().getOutputList().forEach(output -> makers.put(output, placed));
      placed.node().getInputList().forEach(this::use);
    }
    found.outputs().forEach(this::use);
  }

  private void use(String value) {
    uses.merge(value, 1, Integer::sum);
  }

  /**
   * @param graph in which {@link GraphScan} found no fault
   */
  static SkipNorms of(Path graph) throws ModelException {
    NodeScan.Found found = NodeScan.of(graph);
    SkipNorms norms = new SkipNorms(found);
    if (found.complete()) {
      NormForm form = new NormForm(norms.makers, found.constants());
      for (NodeScan.Placed placed : found.nodes()) {
        form.norm(placed).ifPresent(norms::join);
      }
    }
    return norms;
  }

  /**
   * The changes to the file.
   *
   * @param others changes that are made anyway, from the file's beginning to its end
   * @return these and those, likewise
   */
  List<Edit> with(List<Edit> others) {
    if (edits.isEmpty()) {
      return others;
    }
    long growth = edits.stream().mapToLong(edit -> edit.bytes().length - edit.length()).sum();
    Edit.Length length = found.graphLength();
    List<Edit> all = new ArrayList<>(edits);
    for (Edit other : others) {
      if (other instanceof Edit.Length changed && changed.offset() == length.offset()) {
        length = changed;
      } else {
        all.add(other);
      }
    }
    all.add(new Edit.Length(length.offset(), length.length(), length.value() + growth));
    all.sort(Comparator.comparingLong(Edit::offset));
    return all;
  }

  /** What is put behind the file: the domain of the new nodes, if the model does not import it. */
  byte[] suffix() {
    ModelProto.Builder model = ModelProto.newBuilder();
    if (!edits.isEmpty() && !found.domains().contains(Operator.MICROSOFT)) {
      model.addOpsetImportBuilder().setDomain(Operator.MICROSOFT).setVersion(1);
    }
    return model.build().toByteArray();
  }

  private void join(NormForm.Norm norm) {
    List<String> summands = summands(norm.of());
    normed.add(norm.output());
    if (summands.isEmpty()) {
      return;
    }
    NodeProto joined =
        NodeProto.newBuilder()
            .setName(norm.last().node().getName())
            .setOpType(Operator.SKIP_LAYER_NORMALIZATION.type())
            .setDomain(Operator.MICROSOFT)
            .addAllInput(summands)
            .addInput(norm.weight())
            .addInput(norm.bias())
            .addOutput(norm.output())
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF(norm.epsilon()))
            .build();
    joined.getInputList().forEach(this::use);
    replace(norm.last(), GraphProto.newBuilder().addNode(joined).build().toByteArray());
  }

  /** Puts other bytes in a node's place, and removes what only that node wanted. */
  private void replace(NodeScan.Placed placed, byte[] bytes) {
    edits.add(new Edit.Replaced(placed.offset(), placed.length(), bytes));
    for (String input : placed.node().getInputList()) {
      int left = uses.merge(input, -1, Integer::sum);
      NodeScan.Placed maker = makers.get(input);
      if (left == 0 && maker != null && isRemovable(maker.node())) {
        replace(maker, new byte[0]);
      }
    }
  }

  /** A constant with data elsewhere stays: others change the name of the place. */
  private static boolean isRemovable(NodeProto node) {
    return node.getOutputCount() == 1
        && node.getAttributeList().stream()
            .noneMatch(attribute -> attribute.getT().getExternalDataCount() > 0);
  }

  /** The stream of hidden states and what is added to it; empty if the value is no such sum. */
  private List<String> summands(String sum) {
    NodeScan.Placed maker = makers.get(sum);
    if (maker == null || !maker.node().getOpType().equals("Add")) {
      return List.of();
    }
    String first = maker.node().getInput(0);
    String second = maker.node().getInput(1);
    if (found.constants().containsKey(first) || found.constants().containsKey(second)) {
      return List.of();
    }
    if (isStream(first)) {
      return List.of(first, second);
    }
    return isStream(second) ? List.of(second, first) : List.of();
  }

  /** Whether a value is {@code [batch, sequence, width]}: a norm's output, or the words' rows. */
  private boolean isStream(String value) {
    NodeScan.Placed maker = makers.get(value);
    if (maker == null) {
      return false;
    }
    NodeProto node = maker.node();
    return switch (node.getOpType()) {
      case "Gather" -> node.getInput(1).equals(WORDS);
      case "DequantizeLinear" -> isStream(node.getInput(0));
      case "Add" ->
          normed.contains(value) || isStream(node.getInput(0)) || isStream(node.getInput(1));
      default -> normed.contains(value);
    };
  }
}
