package dev.bantam.inference.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.inference.selftest.KernelCase.Output;
import dev.bantam.inference.session.ExecutionProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SelfTestMainTest {

  private static List<String> linesOf(List<KernelCase> kernels, Set<String> without)
      throws Exception {
    return linesOf(ExecutionProvider.CPU, kernels, without);
  }

  private static List<String> linesOf(
      ExecutionProvider provider, List<KernelCase> kernels, Set<String> without) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new SelfTestMain(provider, new PrintStream(out, true, StandardCharsets.UTF_8))
        .run(kernels, without);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static KernelCase kernel(String name) throws Exception {
    return KernelCases.all().stream().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
  }

  private static KernelCase withFirst(KernelCase kernel, double value) {
    Output output = kernel.outputs().get(0);
    double[] values = output.values().clone();
    values[0] = value;
    return new KernelCase(
        kernel.name(),
        kernel.graph(),
        kernel.operators(),
        kernel.inputs(),
        List.of(new Output(output.name(), output.tolerance(), values)));
  }

  @Test
  void shouldFindEveryKernelRight() throws Exception {
    List<KernelCase> kernels = KernelCases.all();

    List<String> lines = linesOf(kernels, Set.of());

    assertThat(lines.stream().filter(line -> line.startsWith("@selftest wrong"))).isEmpty();
    assertThat(lines.stream().filter(line -> line.matches("@selftest right [0-9]+")))
        .hasSize(kernels.size());
    assertThat(lines)
        .startsWith("@selftest library")
        .contains("@selftest kernel matmul_4bit MatMulNBits:4")
        .endsWith("@selftest end");
  }

  @Test
  void shouldTellAWrongResult() throws Exception {
    KernelCase norm = kernel("norm_rms");

    assertThat(linesOf(List.of(withFirst(norm, 7)), Set.of()))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("@selftest wrong element 0 of output y is")
                    .contains("expected 7.0 within"));
    assertThat(linesOf(List.of(withFirst(norm, Double.NaN)), Set.of()))
        .anyMatch(line -> line.startsWith("@selftest wrong"));
  }

  @Test
  void shouldTellAWrongByteOfACache() throws Exception {
    KernelCase attention = kernel("attention_bytes");
    Output keys = attention.outputs().get(1);
    double[] values = keys.values().clone();
    values[0] = values[0] == 1 ? 2 : 1;
    KernelCase other =
        new KernelCase(
            attention.name(),
            attention.graph(),
            attention.operators(),
            attention.inputs(),
            List.of(new Output(keys.name(), keys.tolerance(), values)));

    assertThat(linesOf(List.of(other), Set.of()))
        .anyMatch(line -> line.startsWith("@selftest wrong element 0 of output key is"));
  }

  @Test
  void shouldTellAGraphThatDoesNotRun() throws Exception {
    KernelCase norm = kernel("norm_rms");
    KernelCase other =
        new KernelCase("odd", "gather_4bit.onnx", List.of("Odd"), norm.inputs(), norm.outputs());

    assertThat(linesOf(List.of(other), Set.of()))
        .anyMatch(line -> line.startsWith("@selftest wrong"))
        .endsWith("@selftest end");
  }

  @Test
  void shouldSayWhichProviderTheLibraryDoesNotHold() throws Exception {
    for (ExecutionProvider provider : List.of(ExecutionProvider.CUDA, ExecutionProvider.TENSORRT)) {
      assertThat(linesOf(provider, KernelCases.all(), Set.of()))
          .hasSize(3)
          .last()
          .asString()
          .startsWith("@selftest unusable")
          .containsIgnoringCase(provider.name());
    }
  }

  @Test
  void shouldLeaveKernelsOut() throws Exception {
    List<KernelCase> two = List.of(kernel("norm_rms"), kernel("norm_layer"));

    assertThat(linesOf(two, Set.of("norm_rms")))
        .noneMatch(line -> line.contains("norm_rms"))
        .anyMatch(line -> line.contains("kernel norm_layer"));
  }
}
