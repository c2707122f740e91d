# Completion of jetson-core for fish:
#
#   jetson-core completion fish > ~/.config/fish/completions/jetson-core.fish

function __jetson_core_complete
    set -l typed (commandline -opc)
    set -l word (commandline -ct)
    set -l plain (string unescape -- $word 2>/dev/null)
    and set word $plain
    # The one in PATH, not whatever a folder holds that one has come into.
    set -l program (command -s jetson-core)
    or set program $typed[1]
    set -l option ''
    if string match -qr '^--[a-z0-9-]+=' -- $word
        set option (string replace -r '=.*' '=' -- $word)
        set word (string replace -r '^[^=]*=' '' -- $word)
        set -a typed (string trim -rc = -- $option)
    end
    set -l answer ($program complete -- $typed[2..] "$word" 2>/dev/null)
    for line in $answer[2..]
        printf '%s\n' $option$line
    end
    switch "$answer[1]"
        case files
            for line in (__fish_complete_path "$word")
                printf '%s\n' $option$line
            end
        case folders
            for line in (__fish_complete_directories "$word" '')
                printf '%s\n' $option$line
            end
    end
end

complete -c jetson-core -f -a '(__jetson_core_complete)'
