package dev.bantam.models;

import dev.bantam.models.store.Sha256;
import dev.bantam.testkit.CertificateAuthority;
import dev.bantam.testkit.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;

/**
 * Debian's docker-registry, which is CNCF Distribution, with TLS on a free port of loopback. What
 * is in it was pushed as the specification says.
 */
final class RegistryServer implements AutoCloseable {

  static final String USER = "edge";
  static final String PASSWORD = "edge-secret";

  /** bcrypt of the password, as {@code htpasswd -B} writes it. */
  private static final String HASH = "$2b$04$OwRsGyrn.i2TdZkUWUhL0eYKItScHFJV0SYIycje7LcjkFiO4U9QW";

  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

  private final Process process;
  private final int port;
  private final HttpClient client;
  private final boolean isPrivate;

  private RegistryServer(Process process, int port, HttpClient client, boolean isPrivate) {
    this.process = process;
    this.port = port;
    this.client = client;
    this.isPrivate = isPrivate;
  }

  static RegistryServer start(CertificateAuthority authority, Path folder, boolean isPrivate)
      throws Exception {
    requireProgram();
    Files.createDirectories(folder);
    int port = Ports.free();
    CertificateAuthority.Issued issued = authority.issue("ip:127.0.0.1");
    Files.writeString(folder.resolve("users"), USER + ":" + HASH + "\n");
    Path config =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            log: {level: warn, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: %1$s/data}
            http:
              addr: 127.0.0.1:%2$d
              tls: {certificate: %3$s, key: %4$s}
            %5$s
            """
                .formatted(
                    folder,
                    port,
                    issued.certificate(),
                    issued.key(),
                    isPrivate
                        ? "auth: {htpasswd: {realm: test, path: %s/users}}".formatted(folder)
                        : ""));
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    RegistryServer server =
        new RegistryServer(process, port, client(authority.caFile()), isPrivate);
    server.awaitStart(folder.resolve("log"));
    return server;
  }

  private static void requireProgram() {
    if (System.getenv("CI") == null) {
      Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "docker-registry is not installed");
    }
  }

  private static HttpClient client(Path caFile) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(caFile)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private void awaitStart(Path log) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        HttpResponse<String> unused = send(request("/v2/"));
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          throw new IOException(Files.readString(log), e);
        }
        Thread.sleep(50);
      }
    }
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  /** Pushes files as one artifact, with their names as titles. */
  void push(String repository, String tag, Map<String, byte[]> files) throws Exception {
    List<String> layers = new ArrayList<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      layers.add(
          """
          {"mediaType": "application/octet-stream", "digest": "%s", "size": %d,
           "annotations": {"org.opencontainers.image.title": "%s"}}"""
              .formatted(
                  upload(repository, file.getValue()), file.getValue().length, file.getKey()));
    }
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 2},
         "layers": [%s]}
        """
            .formatted(upload(repository, empty), String.join(",", layers));
    require(
        201,
        send(
            request("/v2/%s/manifests/%s".formatted(repository, tag))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofString(manifest))));
  }

  private String upload(String repository, byte[] content) throws Exception {
    HttpResponse<String> begun =
        send(
            request("/v2/%s/blobs/uploads/".formatted(repository))
                .POST(HttpRequest.BodyPublishers.noBody()));
    require(202, begun);
    String digest = "sha256:" + Sha256.of(content);
    String location = begun.headers().firstValue("Location").orElseThrow();
    String target = location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
    require(
        201,
        send(
            request(URI.create("https://" + host()).resolve(target).toString())
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content))));
    return digest;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("https://" + host()).resolve(path));
    return isPrivate
        ? request.header(
            "Authorization",
            "Basic "
                + Base64.getEncoder()
                    .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
        : request;
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void require(int status, HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != status) {
      throw new IOException(
          "%s: %d %s".formatted(answer.uri(), answer.statusCode(), answer.body()));
    }
  }

  Optional<String> digest(String repository, String tag) throws Exception {
    return send(request("/v2/%s/manifests/%s".formatted(repository, tag))
            .header("Accept", "application/vnd.oci.image.manifest.v1+json"))
        .headers()
        .firstValue("Docker-Content-Digest");
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
