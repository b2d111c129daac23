package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefixFileTest {

  private static final int BLOCK = 4;
  private static final int BYTES = 24;
  private static final PrefixFile.Form FORM = new PrefixFile.Form(BLOCK, BYTES);
  private static final int HEAD = 40;
  private static final byte[] KEY = key(7);

  @TempDir Path folder;

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) fill);
    return key;
  }

  private Path path() {
    return folder.resolve("some.prefixes");
  }

  private Optional<PrefixFile> open(byte[] key, PrefixFile.Form form) throws Exception {
    return PrefixFile.open(path(), key, form, HEAD + 5L * FORM.recordBytes());
  }

  private static IntBuffer tokens(int seed) {
    return IntBuffer.wrap(new int[] {seed, seed + 1, -seed, 1 << 20});
  }

  private static ByteBuffer bytes(int seed) {
    byte[] bytes = new byte[BYTES];
    Arrays.fill(bytes, (byte) seed);
    return ByteBuffer.wrap(bytes);
  }

  /** What each record has. */
  private static List<String> read(PrefixFile file) throws Exception {
    List<String> found = new ArrayList<>();
    file.read(
        (index, before, tokens, bytes) -> {
          byte[] copy = new byte[bytes.remaining()];
          bytes.get(copy);
          found.add("%d<%d %s %s".formatted(before, index, tokens, Arrays.toString(copy)));
          assertThat(tokens).isEqualTo(tokens(copy[0]));
          return true;
        });
    return found;
  }

  private List<String> written(int count) throws Exception {
    Files.deleteIfExists(path());
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      assertThat(read(file)).isEmpty();
      for (int i = 0; i < count; i++) {
        assertThat(file.append(i - 1, tokens(i + 1), bytes(i + 1))).hasValue(i);
      }
    }
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      return read(file);
    }
  }

  @Test
  void shouldGiveBackWhatWasWritten() throws Exception {
    assertThat(written(3)).hasSize(3).first().asString().startsWith("-1<0 ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
        .isEqualTo("rw-------");
  }

  @Test
  void shouldGoOnBehindWhatIsThere() throws Exception {
    List<String> before = written(2);
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      read(file);
      assertThat(file.append(1, tokens(9), bytes(9))).hasValue(2);
    }
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      assertThat(read(file)).hasSize(3).startsWith(before.toArray(String[]::new));
    }
  }

  @Test
  void shouldTakeNothingOfAnotherKeyOrForm() throws Exception {
    written(3);
    try (PrefixFile other = open(key(8), FORM).orElseThrow()) {
      assertThat(read(other)).isEmpty();
    }
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      assertThat(read(file)).as("begun anew for the other key").isEmpty();
    }
  }

  @Test
  void shouldTakeWhatIsWholeOfAFileThatWasCutAnywhere() throws Exception {
    List<String> whole = written(3);
    byte[] all = Files.readAllBytes(path());
    for (int length = 0; length <= all.length; length++) {
      Files.write(path(), Arrays.copyOf(all, length));
      try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
        int complete = Math.max(0, (length - HEAD) / FORM.recordBytes());
        assertThat(read(file)).as("%d bytes", length).isEqualTo(whole.subList(0, complete));
        assertThat(file.append(complete - 1, tokens(5), bytes(5))).hasValue(complete);
      }
    }
  }

  @Test
  void shouldTakeNothingFromTheFirstChangedByteOn() throws Exception {
    List<String> whole = written(3);
    byte[] all = Files.readAllBytes(path());
    for (int at = 0; at < all.length; at++) {
      byte[] changed = all.clone();
      changed[at] ^= 1;
      Files.write(path(), changed);
      try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
        int right = at < HEAD ? 0 : (at - HEAD) / FORM.recordBytes();
        assertThat(read(file)).as("byte %d", at).isEqualTo(whole.subList(0, right));
      }
    }
  }

  @Test
  void shouldTakeNoRecordThatStandsElsewhere() throws Exception {
    written(3);
    byte[] all = Files.readAllBytes(path());
    // The second record in place of the first, whose checksum is right by itself.
    System.arraycopy(all, HEAD + FORM.recordBytes(), all, HEAD, FORM.recordBytes());
    Files.write(path(), all);
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      assertThat(read(file)).isEmpty();
    }
  }

  @Test
  void shouldBeFullAtItsBound() throws Exception {
    assertThat(written(5)).hasSize(5);
    try (PrefixFile file = open(KEY, FORM).orElseThrow()) {
      read(file);
      assertThat(file.append(-1, tokens(9), bytes(9))).isEqualTo(OptionalInt.empty());
      file.clear();
      assertThat(file.append(-1, tokens(9), bytes(9))).hasValue(0);
    }
    assertThat(Files.size(path())).isEqualTo(HEAD + FORM.recordBytes());
  }

  @Test
  void shouldBelongToOneAtATime() throws Exception {
    try (PrefixFile first = open(KEY, FORM).orElseThrow()) {
      assertThat(open(KEY, FORM)).isEmpty();
      assertThat(first.append(-1, tokens(1), bytes(1))).hasValue(0);
    }
    assertThat(open(KEY, FORM))
        .hasValueSatisfying(
            file -> {
              try (file) {
                assertThat(read(file)).hasSize(1);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
  }
}
