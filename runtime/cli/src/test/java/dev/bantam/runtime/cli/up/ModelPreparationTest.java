package dev.bantam.runtime.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.ModelRepository;
import dev.bantam.runtime.SiteModels;
import dev.bantam.runtime.cli.CliContext;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPreparationTest {

  private static final Path MODEL =
      Path.of(System.getProperty("bantam.root"))
          .resolve("runtime/models/src/test/resources/dev/bantam/models/importer/tiny-q4_1.gguf");

  @TempDir Path home;

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private SiteConfig site(String memory) throws Exception {
    byte[] content = Files.readAllBytes(MODEL);
    Files.writeString(
        home.resolve("catalog.yaml"),
        """
        format: 1
        models:
          - name: tiny
            version: "1"
            license: MIT
            file: tiny.gguf
            size: %d
            sha256: %s
            sources: [{file: "%s"}]
        %s"""
            .formatted(
                content.length,
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)),
                MODEL,
                memory.indent(4)));
    Files.writeString(
        home.resolve("profile.yaml"),
        """
        name: board
        match: {}
        context_length: 64
        slots: [{name: assistant, plugin: text-generation, model: tiny, variants: [q8, q4]}]
        """);
    Path config =
        Files.writeString(
            home.resolve("bantam.yaml"),
            """
            device: gateway
            profile: ./profile.yaml
            mqtt: {url: "mqtt://127.0.0.1:1883"}
            models: {catalogs: [./catalog.yaml]}
            """);
    return new SiteConfigReader().read(config).orElseThrow(IllegalStateException::new);
  }

  /** What is installed for a slot that has nothing. */
  private String prepared(SiteConfig site) throws Exception {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    CliContext context =
        new CliContext(Map.of("BANTAM_HOME", home.toString()), out, new Terminal(out, false, 100));
    ModelRepository models = SiteModels.open(site, home);
    Map<String, String> missing =
        new ModelPreparation(context, models, site.profile()).ensureWhatCanBeHad(site, "", false);
    assertThat(missing).isEmpty();
    List<ModelFiles> variants = models.variants(ModelReference.parse("tiny"));
    assertThat(variants).hasSize(1);
    return variants.get(0).reference().variant().orElseThrow();
  }

  @Test
  void shouldPullWhatFitsWhereTheCatalogSaysWhatVariantsTake() throws Exception {
    SiteConfig site =
        site(
            """
            memory:
              decoder: {layers: 2, heads: 4, kv_heads: 2, head_size: 16, hidden_size: 64, vocab_size: 256, context_length: 64}
              variants:
                q8: {weights: 9000000000000000}
                q4: {weights: 100000}
            """);

    assertThat(prepared(site)).isEqualTo("q4");
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("tiny:1@q4 is installed");
  }

  @Test
  void shouldPullWhatIsPreferredWhereTheCatalogSaysNothing() throws Exception {
    assertThat(prepared(site(""))).isEqualTo("q8");
  }
}
