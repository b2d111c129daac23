package dev.bantam.models;

import static dev.bantam.models.TinyRepository.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.ModelReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AliasesTest {

  @TempDir Path folder;

  private TinyRepository tiny;
  private String first;
  private String second;

  @BeforeEach
  void install() throws Exception {
    tiny = new TinyRepository(folder);
    first = tiny.importText("mine", "first").reference().toString();
    tiny.importText("mine", "first", Quantization.EIGHT_BITS);
    second = tiny.importText("mine", "second").reference().toString();
  }

  private ModelReference alias(String name, String target) throws ModelException {
    return tiny.models.aliases().point(name, ModelReference.parse(target));
  }

  @Test
  void shouldPointAtTheNewestVersionOfNowAndStayThere() throws Exception {
    assertThat(alias("prod", "mine")).hasToString(second);

    tiny.importText("mine", "third");

    assertThat(tiny.resolve("prod")).isEqualTo(second + "@q4_1");
    assertThat(tiny.resolve("mine")).isNotEqualTo(second + "@q4_1");
    assertThat(tiny.models.aliases().all()).isEqualTo(Map.of("prod", ModelReference.parse(second)));
    assertThat(tiny.models.verify(ModelReference.parse("prod")).ok()).isTrue();
    assertThat(tiny.models.isUpToDate(ModelReference.parse("prod"))).isTrue();
    assertThat(tiny.models.pull("prod", PullListener.NONE).reference()).hasToString(second);
  }

  @Test
  void shouldMoveAndPointAtOneVariant() throws Exception {
    alias("prod", second);
    assertThat(alias("prod", first + "@q8")).hasToString(first + "@q8");

    assertThat(tiny.resolve("prod")).isEqualTo(first + "@q8");
    assertThat(tiny.resolve("prod@q4_1")).as("said").isEqualTo(first + "@q4_1");
    assertThat(alias("test", "prod")).as("an alias of an alias").hasToString(first + "@q8");
    alias("prod", second);
    assertThat(tiny.resolve("test")).isEqualTo(first + "@q8");
    assertThat(failure(() -> tiny.resolve("prod:1")))
        .hasMessage(
            "prod is an alias of %s, so there is no prod:1; leave the version out, or name the model",
            second);
  }

  @Test
  void shouldKeepWhatItPointsAt() throws Exception {
    alias("prod", first + "@q8");

    for (String reference : List.of("mine", first, "mine@q8")) {
      ModelException error = failure(() -> tiny.remove(reference));
      assertThat(error.kind()).as(reference).isEqualTo(Kind.IN_USE);
      assertThat(error)
          .hasMessage(
              "%s stays, for alias prod points at %s@q8. Move the alias, bantam model alias prod OTHER, or remove it: bantam model alias --rm prod",
              reference, first);
    }
    ModelException asModel = failure(() -> tiny.remove("prod"));
    assertThat(asModel.kind()).isEqualTo(Kind.USAGE);
    assertThat(asModel).hasMessageContaining("bantam model alias --rm prod");
    tiny.models.aliases().remove("prod");
    tiny.remove("mine");
    assertThat(tiny.blobs()).isEmpty();
  }

  @Test
  void shouldBeNoModelsName() throws Exception {
    assertThat(failure(() -> alias("mine", first)))
        .hasMessageContaining("mine is a model that is installed");
    assertThat(failure(() -> alias("tiny", first)))
        .hasMessageContaining("tiny is a model of the catalog");
    assertThat(failure(() -> alias("Not A Name", first)).kind()).isEqualTo(Kind.USAGE);
    assertThat(failure(() -> alias("prod", "other")).kind()).isEqualTo(Kind.NOT_INSTALLED);
    alias("prod", first);

    ModelException error = failure(() -> tiny.importText("prod", "third"));

    assertThat(error.kind()).isEqualTo(Kind.USAGE);
    assertThat(error).hasMessageContaining("prod is an alias of " + first);
    assertThat(tiny.root.resolve("prod")).doesNotExist();
    assertThat(tiny.blobs()).isEqualTo(tiny.named());
  }

  @Test
  void shouldNameTheAliasesThereAre() throws Exception {
    assertThat(failure(() -> tiny.models.aliases().remove("prod")))
        .hasMessage("there is no alias \"prod\"; there is none");
    alias("prod", first);
    assertThat(failure(() -> tiny.models.aliases().remove("../prod")))
        .hasMessage("there is no alias \"../prod\"; there are: prod");
  }

  @Test
  void shouldHoldWhatAnAliasPointedAt() throws Exception {
    alias("prod", first);
    tiny.models.hold("pi/assistant", List.of(ModelReference.parse("prod")));
    alias("prod", second);

    assertThat(tiny.models.holds().get(0).models()).containsExactly(ModelReference.parse(first));
  }

  @Test
  void shouldAlwaysResolveWhileItMoves() throws Exception {
    alias("prod", first);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    CountDownLatch ended = new CountDownLatch(1);
    try {
      Future<Integer> mover =
          threads.submit(
              () -> {
                for (int i = 0; i < 50; i++) {
                  alias("prod", i % 2 == 0 ? second : first);
                }
                ended.countDown();
                return 50;
              });
      int resolved = 0;
      while (ended.getCount() > 0 || resolved == 0) {
        assertThat(tiny.resolve("prod")).isIn(first + "@q4_1", second + "@q4_1");
        resolved++;
      }
      assertThat(mover.get()).isEqualTo(50);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldSayWhichFileOfAnAliasIsDamaged() throws Exception {
    alias("prod", first);
    Path file = tiny.root.resolve(".aliases/prod.json");
    for (String content : List.of("{", "[]", "{\"model\":\"A b\"}", "{\"model\":null}")) {
      Files.writeString(file, content);
      ModelException error = failure(() -> tiny.resolve("prod"));
      assertThat(error.kind()).as(content).isEqualTo(Kind.CORRUPT);
      assertThat(error).hasMessageContaining(file + ", which says what an alias points at, is");
    }
    Files.writeString(file, "{\"format\":2}");
    assertThat(failure(() -> tiny.resolve("prod")).kind()).isEqualTo(Kind.UNSUPPORTED);
  }
}
