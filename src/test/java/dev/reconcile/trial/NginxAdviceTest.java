// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NginxAdviceTest {
  @TempDir Path root;

  private Optional<String> advice(String text) throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run-1", List.of());
    NginxFiles files = NginxFiles.of(host.facts());
    return new NginxAdvice(files).of(new NginxMessage("emerg", text, "", 0));
  }

  private void nginx(String file, String text) throws Exception {
    Path path = root.resolve("etc/nginx/" + file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "could not build server_names_hash, you should increase server_names_hash_bucket_size: 64"
            + "| server_names_hash_bucket_size 128;",
        "could not build optimal variables_hash, you should increase either variables_hash_max_size:"
            + " 1024 or variables_hash_bucket_size: 64; ignoring variables_hash_bucket_size"
            + "| variables_hash_bucket_size 128;",
        "could not build the types_hash, you should increase types_hash_max_size: 1024"
            + "| types_hash_max_size 2048;",
        "could not build map_hash, you should increase map_hash_bucket_size: 64"
            + "| \"map_hash_bucket_size 128;\" at the beginning of the http block",
        "could not build referer_hash, you should increase referer_hash_bucket_size: 64"
            + "| site.extra: referer_hash_bucket_size 128;",
        "\"ssl_stapling\" ignored, no OCSP responder URL in the certificate \"/c.pem\""
            + "| Remove ssl_stapling",
        "protocol options redefined for [::]:443 | Give every listen of [::]:443 the same ones",
        "zero size shared memory zone \"one\" | site.http, for example: limit_req_zone",
        "\"proxy_cache\" zone \"one\" is unknown | keys_zone=one:10m;",
        "host not found in upstream \"app\" | upstream app {",
        "host not found in upstream \"app:8000\" | upstream app {",
        "host not found in upstream \"db.example\" | cannot resolve db.example",
        "unknown \"kind\" variable | is to set $kind",
        "\"map\" directive is not allowed here | Put it under site.http",
        "\"limit_req_zone\" directive is not allowed here | Put it under site.http",
        "\"types_hash_max_size\" directive is not allowed here | files: {/etc/nginx/conf.d/",
        "\"log_format\" directive is not allowed here | nginx.log_formats",
        "unknown log format \"post\" | Add post to nginx.log_formats",
        "duplicate location \"/\" | site.template",
        "unknown directive \"brotli\" | libnginx-mod-",
      })
  void aMessageOfWhatNoSiteCanMendNamesTheKeyOrTheFile(String text, String said) throws Exception {
    assertThat(advice(text)).hasValueSatisfying(advice -> assertThat(advice).contains(said));
  }

  @ParameterizedTest
  @CsvSource({
    "invalid number of arguments in \"root\" directive",
    "\"root\" directive is duplicate"
  })
  void anyOtherMessageStandsForItself(String text) throws Exception {
    assertThat(advice(text)).isEmpty();
  }

  @Test
  void theFileThatSetsItIsNamed() throws Exception {
    String said =
        "could not build server_names_hash, you should increase server_names_hash_bucket_size: 64";
    nginx("nginx.conf", "http {\n  # server_names_hash_bucket_size 64;\n}\n");
    nginx("sites-available/old", "server_names_hash_bucket_size 64;\n");
    assertThat(advice(said)).hasValueSatisfying(one -> assertThat(one).contains("files: {"));
    nginx("nginx.conf", "http {\n  server_names_hash_bucket_size 64; # as it came\n}\n");
    assertThat(advice(said))
        .contains(
            "/etc/nginx/nginx.conf sets server_names_hash_bucket_size. Change it to 128 there.");
  }
}
