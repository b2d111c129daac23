package dev.bantam.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.bantam.runtime.device.KernelReport.Result;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With children that are shell scripts and really end as they say. */
@Timeout(60)
class SelfTestTest {

  private static final Map<String, String> MACHINE = Map.of("cpu_model", "a");

  @TempDir Path folder;

  /**
   * @param atSecond what the child does at the second of three kernels
   */
  private DeviceRecord run(String atLoading, String atSecond) throws Exception {
    String script =
        """
        say() { echo "@selftest $*"; }
        known() { case " $left_out " in *" $1 "*) return 0 ;; esac; return 1; }
        left_out="$*"
        echo "a native library prints this"
        say library
        %s
        say loaded 1.29.0
        known first || { say kernel first Gemm,MatMul; say right 1500; }
        known second || { say kernel second MatMulNBits:4; %s; }
        known third || { say kernel third Tanh; say right 20; }
        say end
        """
            .formatted(atLoading, atSecond);
    List<String> command = List.of("bash", "-c", script, "child");
    return new SelfTest(command, Duration.ofSeconds(4)).run(MACHINE);
  }

  @Test
  void shouldRecordWhatEveryKernelDid() throws Exception {
    DeviceRecord record = run("", "say right 7");

    assertThat(record.isSound()).isTrue();
    assertThat(record.onnxruntime()).contains("1.29.0");
    assertThat(record.kernels())
        .extracting(KernelReport::name)
        .containsExactly("first", "second", "third");
    assertThat(record.kernels().get(0).operators()).containsExactly("Gemm", "MatMul");
    assertThat(record.kernels().get(0).medianNanos()).hasValue(1500);
  }

  @Test
  void shouldGoOnBehindAKernelThatThisProcessorCannotRun() throws Exception {
    DeviceRecord record = run("", "kill -ILL $$; sleep 60");

    assertThat(record.problem()).isEmpty();
    assertThat(record.failed())
        .singleElement()
        .satisfies(
            kernel -> {
              assertThat(kernel.result()).isEqualTo(Result.CRASHED);
              assertThat(kernel)
                  .hasToString(
                      "second: the process ended by SIGILL: this processor lacks an instruction that it uses");
            });
    assertThat(record.kernels()).hasSize(3);
  }

  @Test
  void shouldNameTheSignalThatAJvmEndsBy() throws Exception {
    DeviceRecord record =
        run("", "echo '#  SIGSEGV (0xb) at pc=0x00007f, pid=1, tid=2'; kill -ABRT $$; sleep 60");

    assertThat(record.failed()).singleElement().asString().contains("ended by SIGSEGV");
  }

  @Test
  void shouldGoOnBehindWrongResultsAndKernelsThatDoNotEnd() throws Exception {
    assertThat(run("", "say wrong element 3 is 2").failed())
        .singleElement()
        .satisfies(kernel -> assertThat(kernel.result()).isEqualTo(Result.WRONG))
        .hasToString("second: element 3 is 2");
    DeviceRecord silent = run("", "exec sleep 600");

    assertThat(silent.failed())
        .singleElement()
        .satisfies(kernel -> assertThat(kernel.result()).isEqualTo(Result.TIMED_OUT))
        .asString()
        .contains("did not end within 4 s");
    assertThat(silent.kernels()).hasSize(3);
  }

  @Test
  void shouldSayThatTheLibraryCannotBeUsed() throws Exception {
    assertThat(run("kill -ILL $$; sleep 60", "say right 7").problem())
        .contains(
            "while ONNX Runtime's native library was loaded, the process ended by SIGILL: this processor lacks an instruction that it uses");
    assertThat(run("say unusable no such file; exit 0", "say right 7").problem())
        .contains("no such file");
    assertThat(run("exit 3", "say right 7").problem().orElseThrow())
        .contains("ended with exit status 3");
  }

  @Test
  void shouldRecordNothingOfAChildThatSomebodyEnded() {
    assertThatThrownBy(() -> run("", "kill -KILL $$; sleep 60"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("SIGKILL, perhaps for want of memory");
    assertThatThrownBy(
            () -> new SelfTest(List.of("bash", "-c", "exit 1"), Duration.ofSeconds(4)).run(MACHINE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("exit status 1");
  }

  @Test
  void shouldWriteWhatItsSchemaSays() throws Exception {
    try (InputStream in = DeviceRecord.class.getResourceAsStream("device.schema.json")) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(new ObjectMapper().readTree(in));
      for (DeviceRecord record : List.of(run("", "say wrong 2"), run("exit 3", "say right 7"))) {
        JsonNode written = new ObjectMapper().valueToTree(DeviceRecordFile.fields(record));
        assertThat(schema.validate(written)).as(written.toString()).isEmpty();
      }
    }
  }

  @Test
  void shouldRememberForTheSameMachineOnly() throws Exception {
    DeviceRecord record = run("", "say wrong element 3 is 2");
    DeviceRecordFile file = DeviceRecordFile.in(folder.resolve("new"));

    assertThat(file.read(MACHINE)).isEmpty();
    file.write(record);
    assertThat(file.read(MACHINE)).contains(record);
    assertThat(file.read(Map.of("cpu_model", "b"))).isEmpty();
    assertThat(Files.readString(file.path()))
        .contains("\"median_nanos\" : 1500")
        .contains("\"result\" : \"wrong\"")
        .doesNotContain("sound");

    Files.writeString(file.path(), "{\"format\": 1, ");
    assertThat(file.read(MACHINE)).isEmpty();
    Files.writeString(file.path(), "{\"format\": 1}");
    assertThat(file.read(MACHINE)).isEmpty();
  }
}
