# bash completion of dwopt, made by 'dwopt completion bash'

_dwopt_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_dwopt_files() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen "$1" -- "$cur"); }
_dwopt_list() {  # a,b,c: completes the last word
    local before=
    [[ $cur == *,* ]] && before=${cur%,*},
    compopt -o nospace
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
}

_dwopt() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb= words= i
    # '--option=value' comes as three words
    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            -C|--workspace|-c|--config|-d|--dsn|-f|--format|-o|--output|--color) ((i++)); [[ ${COMP_WORDS[i]} != = ]] || ((i++)) ;;
            -*|=) ;;
            *) verb=${COMP_WORDS[i]}; break ;;
        esac
    done
    COMPREPLY=()
    case $verb:$prev in
        collect:--watch) :; return ;;
        collect:--count) :; return ;;
        collect:--import) _dwopt_files -f; return ;;
        collect:--export) _dwopt_files -f; return ;;
        collect:-f|collect:--format) _dwopt_words 'text json csv markdown'; return ;;
        analyze:--since) :; return ;;
        analyze:--top) :; return ;;
        analyze:--section) _dwopt_list 'patterns bottlenecks mean calls rows blocks temp wal'; return ;;
        analyze:--fail-on) _dwopt_words 'info warning critical'; return ;;
        analyze:-f|analyze:--format) _dwopt_words 'text json csv markdown'; return ;;
        recommend:--kind) _dwopt_list 'index index.create index.drop index.replace index.rebuild'; return ;;
        recommend:--budget) :; return ;;
        recommend:--max-width) :; return ;;
        recommend:--max-indexes) :; return ;;
        recommend:--objective) _dwopt_words 'balanced total'; return ;;
        recommend:--time-limit) :; return ;;
        recommend:--what-if) _dwopt_words 'best twin live none'; return ;;
        recommend:--explain) :; return ;;
        recommend:-f|recommend:--format) _dwopt_words 'text json csv markdown'; return ;;
        apply:-f|apply:--format) _dwopt_words 'text json csv markdown'; return ;;
        rollback:-f|rollback:--format) _dwopt_words 'text json csv markdown'; return ;;
        report:--section) _dwopt_list 'overview patterns bottlenecks recommendations deployments history'; return ;;
        report:-f|report:--format) _dwopt_words 'text json csv markdown html prometheus'; return ;;
        doctor:-f|doctor:--format) _dwopt_words 'text json csv markdown'; return ;;
        twin:-f|twin:--format) _dwopt_words 'text json csv markdown'; return ;;
        completion:-f|completion:--format) _dwopt_words 'text json csv markdown'; return ;;
        *:-C|*:--workspace) _dwopt_files -d; return ;;
        *:-c|*:--config) _dwopt_files -f; return ;;
        *:-d|*:--dsn) :; return ;;
        *:-f|*:--format) _dwopt_words 'text json csv markdown'; return ;;
        *:-o|*:--output) _dwopt_files -f; return ;;
        *:--color) _dwopt_words 'auto always never'; return ;;
    esac
    case $verb in
        '') words='collect analyze recommend apply rollback report doctor twin completion --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        collect) words='--watch --count --import --export --no-values --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        analyze) words='--since --top --section --fail-on --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        recommend) words='--kind --budget --max-width --max-indexes --objective --time-limit --what-if --explain --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        apply) [[ $cur == -* ]] || { _dwopt_files -f; return; } ; words='--all --yes --dry-run --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        rollback) words='--last --yes --dry-run --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        report) words='--section --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        doctor) words='--workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        twin) words='--workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
        completion) words='bash zsh fish --workspace --config --dsn --format --output --quiet --verbose --color --no-progress --help --version' ;;
    esac
    _dwopt_words "$words"
}
complete -F _dwopt dwopt
