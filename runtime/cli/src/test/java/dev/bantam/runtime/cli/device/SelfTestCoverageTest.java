package dev.bantam.runtime.cli.device;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.bantam.inference.selftest.SelfTestMain;
import dev.bantam.models.importer.graph.Operator;
import dev.bantam.models.importer.onnx.GraphOperators;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The self-test has a case for whatever Bantam's importers write. Where this fails after an
 * importer has learnt something new: src/test/golden/kernel_cases.py of runtime/inference makes the
 * cases.
 */
class SelfTestCoverageTest {

  /** Of {@link Operator#GROUP_QUERY_ATTENTION} over a KV cache of bytes. */
  private static final String OVER_BYTES = "GroupQueryAttention:8";

  private static final Set<Operator> BY_WEIGHTS =
      Set.of(Operator.MATMUL_NBITS, Operator.GATHER_BLOCK_QUANTIZED);

  @TempDir Path folder;

  /**
   * A case: what its kernel is said to serve, and its graph.
   *
   * @param operators as {@link GraphOperators} names them
   */
  private record Case(String name, String graph, Set<String> operators) {

    static Case of(String line) {
      String[] words = line.split(" ");
      return new Case(words[1], words[2], Set.of(Arrays.copyOfRange(words, 3, words.length)));
    }

    byte[] bytes() throws IOException {
      return resource(graph);
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SelfTestMain.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  private static List<Case> cases() throws IOException {
    return new String(resource("cases.txt"), StandardCharsets.US_ASCII)
        .lines()
        .filter(line -> line.startsWith("case "))
        .map(Case::of)
        .toList();
  }

  /** Operators that a case both runs and answers for. */
  private Set<String> tested(Case each) throws Exception {
    Path graph = Files.write(folder.resolve(each.graph()), each.bytes());
    Set<String> tested = new TreeSet<>(GraphOperators.of(graph));
    tested.retainAll(each.operators());
    return tested;
  }

  @Test
  void shouldRunEachOperatorThatImportersWrite() throws Exception {
    Set<String> tested = new TreeSet<>();
    for (Case each : cases()) {
      tested.addAll(tested(each));
    }

    assertThat(tested).containsAll(written());
  }

  private static List<String> written() {
    return Arrays.stream(Operator.values()).flatMap(SelfTestCoverageTest::forms).toList();
  }

  /** An operator by the bits that it can have. */
  private static Stream<String> forms(Operator operator) {
    if (BY_WEIGHTS.contains(operator)) {
      return quantized().map(format -> operator.type() + ":" + format.bits());
    }
    return operator == Operator.GROUP_QUERY_ATTENTION
        ? Stream.of(operator.type(), OVER_BYTES)
        : Stream.of(operator.type());
  }

  private static Stream<WeightFormat> quantized() {
    return Arrays.stream(WeightFormat.values()).filter(format -> !format.isDense());
  }

  @Test
  void shouldMultiplyInEachSizeOfBlocks() throws Exception {
    Set<String> tested = new TreeSet<>();
    for (Case each : cases()) {
      for (NodeProto node : ModelProto.parseFrom(each.bytes()).getGraph().getNodeList()) {
        if (node.getOpType().equals(Operator.MATMUL_NBITS.type())) {
          tested.add(
              form(number(node, "bits"), number(node, "block_size"), node.getInputCount() > 3));
        }
      }
    }

    assertThat(tested)
        .containsAll(
            quantized()
                .map(format -> form(format.bits(), format.block(), format.zeros().isPresent()))
                .collect(Collectors.toSet()));
  }

  private static String form(long bits, long block, boolean zeros) {
    return "%d bits, block %d%s".formatted(bits, block, zeros ? ", zero points" : "");
  }

  private static long number(NodeProto node, String attribute) {
    return node.getAttributeList().stream()
        .filter(each -> each.getName().equals(attribute))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElseThrow();
  }
}
