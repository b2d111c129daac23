package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.bantam.inference.session.FileIdentity;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedTokenizerTest {

  private static final String TEXT = "the pump runs";

  @TempDir Path folder;
  private final AtomicInteger loads = new AtomicInteger();
  private Path file;

  @BeforeEach
  void copy() throws Exception {
    file = folder.resolve("named-by-its-identity");
    Files.writeString(file, "any");
  }

  private Tokenizer acquire() throws Exception {
    return SharedTokenizer.of(
        FileIdentity.of(file),
        () -> {
          loads.incrementAndGet();
          try {
            return VocabularyFixture.load("byte-level.json", "smollm", folder);
          } catch (Exception e) {
            throw new TaskException(ErrorCode.MODEL_UNUSABLE, "no fixture", e);
          }
        });
  }

  @Test
  void shouldStayForTheLastUser() throws Exception {
    // Given
    Tokenizer first = acquire();
    Tokenizer second = acquire();
    int[] tokens = first.encodeText(TEXT);

    // When
    first.close();
    first.close();

    // Then
    assertThat(loads).hasValue(1);
    assertThat(second.encodeText(TEXT)).isEqualTo(tokens);
    second.close();
    assertThatIllegalStateException().isThrownBy(() -> second.encodeText(TEXT));
  }

  @Test
  void shouldBeLoadedAnewOnceNobodyUsesIt() throws Exception {
    // Given
    acquire().close();

    // When
    try (Tokenizer again = acquire()) {
      // Then
      assertThat(again.encodeText(TEXT)).isNotEmpty();
      assertThat(loads).hasValue(2);
    }
  }

  @Test
  void shouldBeAnotherIfTheFileHasChanged() throws Exception {
    try (Tokenizer before = acquire()) {
      // When
      Files.writeString(file, "changed");

      // Then
      try (Tokenizer after = acquire()) {
        assertThat(loads).hasValue(2);
        assertThat(after.encodeText(TEXT)).isEqualTo(before.encodeText(TEXT));
      }
    }
  }

  @Test
  void shouldKeepNothingOfALoadThatFailed() throws Exception {
    // When
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(
            () ->
                SharedTokenizer.of(
                    FileIdentity.of(file),
                    () -> {
                      throw new TaskException(ErrorCode.MODEL_UNUSABLE, "damaged");
                    }));

    // Then
    try (Tokenizer tokenizer = acquire()) {
      assertThat(tokenizer.encodeText(TEXT)).isNotEmpty();
    }
  }

  @Test
  void shouldBeLoadedOnceForManyAtATime() throws Exception {
    // Given
    Callable<Tokenizer> work = this::acquire;
    List<Tokenizer> tokenizers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      // When
      for (Future<Tokenizer> loaded :
          threads.invokeAll(Stream.generate(() -> work).limit(8).toList())) {
        tokenizers.add(loaded.get());
      }
    } finally {
      threads.shutdown();
      tokenizers.forEach(Tokenizer::close);
    }

    // Then
    assertThat(loads).hasValue(1);
  }
}
