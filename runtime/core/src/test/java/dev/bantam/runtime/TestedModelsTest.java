package dev.bantam.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.bantam.models.ModelException;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.SelfTest;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestedModelsTest {

  @TempDir Path folder;

  private ModelFiles model(String variant, int bits) throws Exception {
    Path graph = graph(variant, "MatMulNBits", "bits", bits);
    return new ModelFiles(ModelReference.parse("m:1@" + variant), Map.of(ModelFiles.GRAPH, graph));
  }

  private Path graph(String name, String operator, String attribute, int value) throws Exception {
    NodeProto node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .addAttribute(AttributeProto.newBuilder().setName(attribute).setI(value))
            .build();
    ModelProto model =
        ModelProto.newBuilder().setGraph(GraphProto.newBuilder().addNode(node)).build();
    return Files.write(folder.resolve(name + ".onnx"), model.toByteArray());
  }

  private static DeviceRecord record(String second) throws Exception {
    return record("MatMulNBits:8", second);
  }

  private static DeviceRecord record(String operator, String second) throws Exception {
    String script =
        """
        echo '@selftest library'
        echo '@selftest kernel eight %s'
        echo '@selftest %s'
        echo '@selftest end'
        """
            .formatted(operator, second);
    return new SelfTest(List.of("bash", "-c", script), Duration.ofSeconds(30)).run(Map.of());
  }

  @Test
  void shouldOfferNoModelThatNeedsAFailedKernel() throws Exception {
    List<ModelFiles> both = List.of(model("q8", 8), model("q4", 4));
    ModelSource all = source(both);
    ModelSource tested = TestedModels.of(all, record("wrong element 3"));

    assertThat(tested.variants(ModelReference.parse("m"))).containsExactly(both.get(1));
    assertThat(tested.resolve(ModelReference.parse("m@q4"), List.of())).isEqualTo(both.get(1));
    assertThatThrownBy(() -> tested.resolve(ModelReference.parse("m@q8"), List.of()))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "model m:1@q8 needs a kernel that failed in this machine's self-test (eight: element 3); take another variant, or try again with: bantam device test");
    assertThatThrownBy(() -> tested.verified(ModelReference.parse("m@q8"), List.of()))
        .isInstanceOf(ModelException.class);
  }

  @Test
  void shouldLeaveOutAGraphThatAModelCanBeWithout() throws Exception {
    Path floats = graph("floats", "GroupQueryAttention", "num_heads", 4);
    Path bytes = graph("bytes", "GroupQueryAttention", "kv_cache_bit_width", 8);
    ModelFiles both =
        new ModelFiles(
            ModelReference.parse("m:1@q4"),
            Map.of(ModelFiles.GRAPH, floats, ModelFiles.INT8_KV_GRAPH, bytes));
    ModelReference wanted = ModelReference.parse("m@q4");
    ModelSource all = source(List.of(both));

    ModelSource noBytes = TestedModels.of(all, record("GroupQueryAttention:8", "wrong element 3"));
    assertThat(noBytes.resolve(wanted, List.of()).files())
        .containsExactly(Map.entry(ModelFiles.GRAPH, floats));
    assertThat(noBytes.variants(wanted).get(0).files()).containsOnlyKeys(ModelFiles.GRAPH);

    ModelSource bytesOnly = TestedModels.of(all, record("GroupQueryAttention", "wrong element 3"));
    assertThatThrownBy(() -> bytesOnly.resolve(wanted, List.of()))
        .isInstanceOf(ModelException.class);
  }

  @Test
  void shouldOfferAllWhereAllIsRight() throws Exception {
    ModelSource all = source(List.of(model("q8", 8)));

    assertThat(TestedModels.of(all, record("right 3"))).isSameAs(all);
  }

  private static ModelSource source(List<ModelFiles> all) {
    return new ModelSource() {
      @Override
      public ModelFiles resolve(ModelReference reference, List<String> variants) {
        return all.stream()
            .filter(files -> files.reference().variant().equals(reference.variant()))
            .findFirst()
            .orElseThrow();
      }

      @Override
      public List<ModelFiles> variants(ModelReference reference) {
        return all;
      }
    };
  }
}
