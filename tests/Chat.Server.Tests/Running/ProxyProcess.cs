using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Chat.Server.Tests.Running;

/// <summary>Debian's nginx or HAProxy in front of a server, on a free port.</summary>
public sealed class ProxyProcess : IAsyncDisposable
{
    // Another process may take a free port before the proxy does.
    private const int MaxPorts = 5;

    private readonly string folder = Directory.CreateTempSubdirectory("chat-proxy-").FullName;
    private readonly Lines output = new();
    private Process? process;

    private ProxyProcess(int port) => Address = new Uri($"http://127.0.0.1:{port}");

    /// <summary>The proxy's address, as its clients see it.</summary>
    public Uri Address { get; }

    /// <summary>The proxy's output: its access log and its errors.</summary>
    public string Output => output.ToString();

    /// <summary>Starts nginx with a sample configuration, whose addresses are replaced.</summary>
    /// <param name="upstream">The server, which replaces <c>127.0.0.1:5000</c>.</param>
    /// <param name="sample">The text of the file.</param>
    public static Task<ProxyProcess> NginxSampleAsync(Uri upstream, string sample) => StartAsync(proxy => ("/usr/sbin/nginx", ["-p", proxy.folder, "-e", "stderr", "-c"],
        Nginx(proxy, sample.Replace("127.0.0.1:5000", upstream.Authority).Replace("listen 80;", $"listen {proxy.Address.Authority};").Replace("/var/log/nginx/chat.log", "/dev/stdout"))));

    /// <summary>Starts nginx with one server block.</summary>
    /// <param name="upstream">The server; <c>http://chat</c> is its name in the block.</param>
    /// <param name="block">The lines of the block, without <c>listen</c>.</param>
    /// <param name="http">Lines for the http section, such as a map.</param>
    public static Task<ProxyProcess> NginxAsync(Uri upstream, string block, string http = "") => StartAsync(proxy => ("/usr/sbin/nginx", ["-p", proxy.folder, "-e", "stderr", "-c"], Nginx(proxy, $$"""
        access_log /dev/stdout;
        upstream chat { server {{upstream.Authority}}; }
        {{http}}
        server {
            listen {{proxy.Address.Authority}};
            {{block}}
        }
        """)));

    /// <summary>Starts nginx without the lines that WebSockets need, and with buffered event streams. Its access log shows each
    /// request's <c>Accept</c> header.</summary>
    /// <param name="upstream">The server.</param>
    public static Task<ProxyProcess> NginxBufferingAsync(Uri upstream) => NginxAsync(upstream, """
        access_log /dev/stdout accepts;
        location / {
            proxy_pass http://chat;
            proxy_set_header Host $http_host;
            proxy_buffering on;
            proxy_ignore_headers X-Accel-Buffering;
        }
        """, """log_format accepts '"$request" $status $http_accept';""");

    /// <summary>Starts HAProxy with one backend.</summary>
    /// <param name="upstream">The server.</param>
    /// <param name="backend">The lines of the backend before its server line, such as a health check.</param>
    /// <param name="server">The rest of the server line after the address, such as <c>check inter 200ms</c>.</param>
    public static Task<ProxyProcess> HaProxyAsync(Uri upstream, string backend, string server) => StartAsync(proxy => ("/usr/sbin/haproxy", ["-db", "-f"], $"""
        global
            maxconn 1000
        defaults
            mode http
            timeout connect 5s
            timeout client 60s
            timeout server 60s
            timeout tunnel 1h
        frontend clients
            bind 127.0.0.1:{proxy.Address.Port}
            default_backend chat
        backend chat
        {backend}
            server chat {upstream.Authority} {server}

        """));

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<ProxyProcess> StartAsync(Func<ProxyProcess, (string Program, string[] Arguments, string Configuration)> describe)
    {
        for (var attempt = 1; ; attempt++)
        {
            var proxy = new ProxyProcess(FreePort());
            try
            {
                var (program, arguments, configuration) = describe(proxy);
                await proxy.RunAsync(program, arguments, configuration);
                return proxy;
            }
            catch (InvalidOperationException) when (attempt < MaxPorts && proxy.Output.Contains("in use", StringComparison.OrdinalIgnoreCase))
            {
                await proxy.DisposeAsync();
            }
            catch
            {
                await proxy.DisposeAsync();
                throw;
            }
        }
    }

    private async Task RunAsync(string program, string[] arguments, string configuration)
    {
        var file = Path.Combine(folder, "proxy.conf");
        await File.WriteAllTextAsync(file, configuration);
        process = new Process { StartInfo = new ProcessStartInfo(program, [.. arguments, file]) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.OutputDataReceived += (_, line) => output.Add(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => output.Add(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Wait.UntilAsync(AnswersAsync, $"{program} on port {Address.Port}");
    }

    private async Task<bool> AnswersAsync()
    {
        if (process!.HasExited)
        {
            await process.WaitForExitAsync(); // the output is then complete
            throw new InvalidOperationException($"The proxy ended:\n{Output}");
        }
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Nginx(ProxyProcess proxy, string http) => $$"""
        daemon off;
        user root;
        worker_processes 1;
        pid {{proxy.folder}}/nginx.pid;
        events { worker_connections 1024; }
        http {
            client_body_temp_path {{proxy.folder}}/body;
            proxy_temp_path {{proxy.folder}}/proxy;
            fastcgi_temp_path {{proxy.folder}}/fastcgi;
            uwsgi_temp_path {{proxy.folder}}/uwsgi;
            scgi_temp_path {{proxy.folder}}/scgi;
            {{http}}
        }
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
