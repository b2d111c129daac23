package dev.bantam.models.gguf;

import static dev.bantam.models.gguf.GgufBytes.int32;
import static dev.bantam.models.gguf.GgufBytes.int64;
import static dev.bantam.models.gguf.GgufBytes.join;
import static dev.bantam.models.gguf.GgufBytes.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = folder.resolve("model.gguf");
  }

  private static GgufBytes small() {
    return new GgufBytes()
        .text("general.name", "Größe")
        .uint32("count", 7)
        .real("rate", 0.5f)
        .texts("words", "a", "b")
        .floats("one", 1, 4, 2)
        .floats("two", 2, 3);
  }

  @Test
  void shouldReadKeysAndTensorsOfBothVersions() throws Exception {
    for (int version : new int[] {2, 3}) {
      small().version(version).write(file);
      try (GgufFile gguf = GgufFile.open(file)) {
        assertThat(gguf.metadata().requireText("general.name")).isEqualTo("Größe");
        assertThat(gguf.metadata().requireWhole("count", 1, 9)).isEqualTo(7);
        assertThat(gguf.metadata().real("rate")).contains(0.5);
        assertThat(gguf.metadata().texts("words")).contains(List.of("a", "b"));
        GgufTensor two = gguf.tensors().get("two");
        assertThat(two.elements()).isEqualTo(3);
        ByteBuffer last = ByteBuffer.allocate(4);
        gguf.read(two, 8, last);
        assertThat(last.array()).isEqualTo(int32(Float.floatToIntBits(2)));
      }
    }
  }

  @Test
  void shouldReadBeyondTwoGibibytes() throws Exception {
    // Given: tensor data at three gibibytes, in a file with a hole
    long length = 3L << 30;
    byte[] head =
        join(
            int32(GgufFile.MAGIC),
            int32(3),
            int64(2),
            int64(0),
            string("first"),
            int32(1),
            int64(length),
            int32(24),
            int64(0),
            string("last"),
            int32(1),
            int64(4),
            int32(24),
            int64(length));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(head);
      sparse.seek((head.length + 31) / 32 * 32 + length);
      sparse.write(new byte[] {1, 2, 3, 4});
    }

    // When
    ByteBuffer bytes = ByteBuffer.allocate(4);
    try (GgufFile gguf = GgufFile.open(file)) {
      gguf.read(gguf.tensors().get("last"), 0, bytes);
    }

    // Then
    assertThat(bytes.array()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void shouldRefuseOtherVersionsAndByteOrders() throws Exception {
    assertRefused(small().version(1).bytes(), Kind.UNSUPPORTED, "version 1", "2 and 3");
    assertRefused(small().version(4).bytes(), Kind.UNSUPPORTED, "version 4");
    assertRefused(small().version(3 << 24).bytes(), Kind.UNSUPPORTED, "big-endian");
    assertRefused(new byte[0], Kind.MALFORMED, "magic");
  }

  @Test
  void shouldRefuseEveryTruncation() throws Exception {
    byte[] whole = small().bytes();
    int dataEnd = whole.length - 32 + 12;
    for (int length = 0; length < dataEnd; length++) {
      assertRefused(Arrays.copyOf(whole, length), Kind.MALFORMED, "byte");
    }
  }

  @Test
  void shouldRefuseCountsThatTheFileCannotHold() throws Exception {
    for (long count : new long[] {-1, Long.MAX_VALUE, 1L << 32, 1000}) {
      byte[] list = join(int32(9), int32(8), int64(count));
      assertRefused(small().raw("words", list).bytes(), Kind.MALFORMED, "words", "announces");
      byte[] text = join(int32(8), int64(count));
      assertRefused(small().raw("name", text).bytes(), Kind.MALFORMED, "name", "announces");
      byte[] header = join(int32(GgufFile.MAGIC), int32(3), int64(count), int64(count));
      assertRefused(header, Kind.MALFORMED, "number of tensors");
    }
  }

  @Test
  void shouldRefuseDeepListsAndUnknownTypes() throws Exception {
    byte[] deep = int32(9);
    for (int i = 0; i < 10; i++) {
      deep = join(deep, int32(9), int64(1));
    }
    assertRefused(small().raw("deep", join(deep, new byte[64])).bytes(), Kind.MALFORMED, "nested");
    assertRefused(small().raw("odd", int32(13)).bytes(), Kind.MALFORMED, "odd", "13");
    byte[] tensor = new byte[16];
    assertRefused(
        small().tensor("odd", 99, tensor, 4).bytes(), Kind.UNSUPPORTED, "odd", "99", "Q4_0");
  }

  @Test
  void shouldRefuseWhatOccursTwice() throws Exception {
    byte[] key = join(string("k"), int32(7), new byte[] {1});
    byte[] keys = join(int32(GgufFile.MAGIC), int32(3), int64(0), int64(2), key, key);
    assertRefused(keys, Kind.MALFORMED, "k", "twice");
    byte[] tensor = join(string("t"), int32(1), int64(8), int32(0), int64(0));
    byte[] head = join(int32(GgufFile.MAGIC), int32(3), int64(2), int64(0));
    assertRefused(join(head, tensor, tensor, new byte[99]), Kind.MALFORMED, "t", "twice");
    byte[] other = join(string("u"), int32(1), int64(8), int32(0), int64(0));
    assertRefused(join(head, tensor, other, new byte[99]), Kind.MALFORMED, "overlaps");
  }

  @Test
  void shouldRefuseInvalidText() throws Exception {
    byte[] invalid = join(int32(8), int64(2), new byte[] {(byte) 0xc3, 0x28});
    assertRefused(small().raw("text", invalid).bytes(), Kind.MALFORMED, "text", "UTF-8");
  }

  @Test
  void shouldRefuseImpossibleShapesAndPlaces() throws Exception {
    byte[] data = new byte[64];
    assertRefused(small().tensor("t", 0, data, 0).bytes(), Kind.MALFORMED, "dimension");
    assertRefused(small().tensor("t", 0, data, 1, 1, 1, 1, 1).bytes(), Kind.MALFORMED, "5");
    assertRefused(small().tensor("t", 2, data, 33).bytes(), Kind.MALFORMED, "multiple of 32");
    assertRefused(
        small().tensor("t", 0, data, 1L << 40, 1L << 40).bytes(), Kind.MALFORMED, "too large");
    assertRefused(small().tensor("t", 0, data, 1000).bytes(), Kind.MALFORMED, "do not lie");
    assertRefused(small().uint32("general.alignment", 48).bytes(), Kind.MALFORMED, "power of two");
  }

  private void assertRefused(byte[] bytes, Kind kind, String... words) throws Exception {
    Files.write(file, bytes);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> GgufFile.open(file).close())
        .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }
}
